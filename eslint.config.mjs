import js from '@eslint/js';
import nx from '@nx/eslint-plugin';
import prettier from 'eslint-config-prettier';
import reactHooks from 'eslint-plugin-react-hooks';
import tseslint from 'typescript-eslint';

/** Third-party packages that may be imported in one place only, and the tags of that place. */
const HOMES = {
  '@nats-io/*': ['type:messaging', 'type:bench'],
  nats: ['type:messaging'],
  bullmq: ['type:queue'],
  ioredis: ['type:redis'],
  pg: ['type:persistence', 'type:queue', 'type:hosting', 'type:testing', 'type:bench'],
  typeorm: ['type:persistence'],
  openai: ['type:service'],
  '@duckdb/*': ['type:archive'],
  s3mini: ['type:archive'],
  '@opentelemetry/*': ['type:platform', 'type:hosting'],
};
const bannedFor = (tag) =>
  Object.entries(HOMES)
    .filter(([, tags]) => !tags.includes(tag))
    .map(([name]) => name);

const LIBS = [
  'type:kernel',
  'type:contracts',
  'type:platform',
  'type:persistence',
  'type:messaging',
  'type:queue',
  'type:redis',
  'type:match-log',
  'type:audit',
  'type:archive',
  'type:search',
];
/** Who may import whom; docs/architecture.md says why. */
const MAY_IMPORT = {
  'type:kernel': [],
  'type:contracts': ['type:kernel'],
  'type:detection': ['type:kernel'],
  'type:sources': ['type:kernel', 'type:contracts'],
  'type:platform': ['type:kernel', 'type:contracts'],
  'type:persistence': ['type:kernel', 'type:contracts', 'type:platform'],
  'type:search': ['type:kernel'],
  'type:redis': ['type:kernel', 'type:platform'],
  'type:queue': ['type:kernel', 'type:contracts', 'type:platform', 'type:redis'],
  'type:match-log': ['type:kernel', 'type:platform', 'type:redis'],
  'type:messaging': ['type:kernel', 'type:contracts', 'type:platform', 'type:queue'],
  'type:audit': ['type:kernel', 'type:contracts', 'type:platform', 'type:persistence'],
  'type:archive': ['type:kernel', 'type:platform'],
  'type:hosting': LIBS,
  'type:service': [...LIBS, 'type:detection', 'type:sources'],
  'type:simulator': ['type:kernel', 'type:contracts'],
  'type:host': [...LIBS, 'type:hosting', 'type:service', 'type:simulator'],
  // Little enough that every other library can use it in its tests without a circle.
  'type:testing': ['type:kernel', 'type:contracts'],
  'type:web': [],
  'type:e2e': ['type:kernel', 'type:contracts', 'type:testing', 'type:simulator'],
  'type:bench': [...LIBS, 'type:hosting', 'type:testing', 'type:detection', 'type:service', 'type:simulator'],
};

/** Import rules of one kind of file: `more` are further tags that it may import whatever its project. */
const boundaries = ({ more = [], unbanned = [] } = {}) => [
  'error',
  {
    enforceBuildableLibDependency: false,
    allow: [],
    depConstraints: Object.entries(MAY_IMPORT).map(([sourceTag, tags]) => ({
      sourceTag,
      onlyDependOnLibsWithTags: [...tags, ...more],
      bannedExternalImports: bannedFor(sourceTag).filter((name) => !unbanned.includes(name)),
    })),
  },
];

/** What tests are made of. */
const TESTS_ONLY = { group: ['@mcm/*/testing'], message: 'Only tests store rows and use toy sources.' };

export default tseslint.config(
  {
    ignores: [
      '**/dist/**',
      '**/node_modules/**',
      '.nx/**',
      '.data/**',
      'test-output/**',
      'web/src/lib/api/schema.d.ts',
    ],
  },
  js.configs.recommended,
  ...tseslint.configs.recommended,
  prettier,
  {
    files: ['**/*.{ts,tsx}'],
    // A class that is injected by its type is a value, although it is used in a type position only.
    languageOptions: { parserOptions: { emitDecoratorMetadata: true, experimentalDecorators: true } },
    plugins: { '@nx': nx },
    rules: {
      '@typescript-eslint/no-explicit-any': 'error',
      '@typescript-eslint/consistent-type-imports': [
        'error',
        { fixStyle: 'inline-type-imports', disallowTypeAnnotations: false },
      ],
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
      'no-restricted-properties': 'off',
      '@nx/enforce-module-boundaries': boundaries(),
    },
  },
  {
    // What only types can tell: promises that are left alone, and switches with a case missing.
    files: ['**/*.{ts,tsx}'],
    ignores: ['scripts/**'],
    languageOptions: {
      parserOptions: { project: ['tsconfig.json', 'web/tsconfig.json', 'web/tsconfig.node.json'] },
    },
    rules: {
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/no-misused-promises': 'error',
      '@typescript-eslint/switch-exhaustiveness-check': [
        'error',
        { considerDefaultExhaustiveForUnions: true },
      ],
    },
  },
  {
    // A driver is chosen where the profile becomes drivers, nowhere else.
    files: ['libs/**/*.ts', 'services/**/*.ts'],
    ignores: ['libs/hosting/**', 'services/*/src/{main,keys-cli}.ts', '**/*.spec.ts'],
    rules: {
      'no-restricted-imports': [
        'error',
        {
          patterns: [
            { group: ['@mcm/*/drivers/*'], message: 'Only a host chooses drivers; inject the port instead.' },
            TESTS_ONLY,
          ],
        },
      ],
    },
  },
  {
    // Detection is used where rules are evaluated, by no other service.
    files: ['services/{ingestion,gateway,ai-worker}/**/*.ts'],
    ignores: ['services/*/src/{main,keys-cli}.ts'],
    rules: {
      'no-restricted-imports': [
        'error',
        {
          patterns: [
            { group: ['@mcm/detection'], message: 'Only the rules service evaluates rules.' },
            { group: ['@mcm/*/drivers/*'], message: 'Only a host chooses drivers; inject the port instead.' },
            TESTS_ONLY,
          ],
        },
      ],
    },
  },
  {
    // A service's main function is a host: it turns the profile into drivers. So is a command that opens the database itself.
    files: ['services/*/src/{main,keys-cli}.ts'],
    rules: { '@nx/enforce-module-boundaries': boundaries({ more: ['type:hosting'] }) },
  },
  {
    // Tests may use what tests are made of, look at the database themselves, and be producers on NATS.
    files: [
      '**/*.spec.ts',
      '{libs,services}/*/test/**/*.ts',
      'web/test/**/*.ts',
      'libs/*/src/{contract-suite,testing}/**/*.ts',
    ],
    rules: {
      '@nx/enforce-module-boundaries': boundaries({
        more: ['type:testing', 'type:hosting'],
        unbanned: ['pg', 'typeorm', '@nats-io/*'],
      }),
      // A test acts as a host, so it chooses drivers.
      'no-restricted-imports': 'off',
    },
  },
  { files: ['web/**/*.{ts,tsx}'], ...reactHooks.configs.flat['recommended-latest'] },
  {
    // In the dashboard imports go one way: what is shared, then features, then the app; never from feature to feature.
    files: ['web/src/**/*.{ts,tsx}'],
    ignores: ['web/src/app/**', 'web/src/main.tsx'],
    rules: {
      'no-restricted-imports': [
        'error',
        {
          patterns: [
            {
              group: ['@/app/**', '@/features/**', '**/../../**'],
              message:
                'Features know what is shared, and the app knows features; nothing else. Compose in app/.',
            },
          ],
        },
      ],
    },
  },
  {
    files: ['**/*.mjs'],
    languageOptions: {
      globals: {
        process: 'readonly',
        console: 'readonly',
        URL: 'readonly',
        Buffer: 'readonly',
        fetch: 'readonly',
        setTimeout: 'readonly',
        clearTimeout: 'readonly',
        setInterval: 'readonly',
        clearInterval: 'readonly',
        performance: 'readonly',
        AbortSignal: 'readonly',
      },
    },
  },
);
