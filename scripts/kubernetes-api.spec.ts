import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import ts from 'typescript';
import { parse, parseAllDocuments } from 'yaml';

const ROOT = join(import.meta.dirname, '..');
const KUBERNETES = join(ROOT, 'deploy/kubernetes');
const text = (file: string) => readFileSync(join(KUBERNETES, file), 'utf8');

type Manifest = Record<string, unknown> & {
  apiVersion: string;
  kind: string;
  metadata: { name: string; namespace?: string };
};
interface Kustomization {
  namespace: string;
  resources: string[];
  configMapGenerator: { name: string; literals?: string[]; files?: string[] }[];
  secretGenerator: { name: string; envs: string[] }[];
}

const kustomization = parse(text('kustomization.yaml')) as Kustomization;

/** `name=value` lines, without comments. */
const pairs = (lines: readonly string[]) =>
  Object.fromEntries(
    lines
      .filter((line) => line.includes('=') && !line.startsWith('#'))
      .map((line) => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)]),
  );

/** What `kubectl kustomize` makes of it, but for the hashes in generated names and the tags of images. */
function rendered(): Manifest[] {
  const resources = kustomization.resources.flatMap((file) =>
    parseAllDocuments(text(file)).map((document) => document.toJS() as Manifest),
  );
  const configMaps = kustomization.configMapGenerator.map(({ name, literals = [], files = [] }) => ({
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name },
    data: {
      ...pairs(literals),
      ...Object.fromEntries(Object.entries(pairs(files)).map(([key, file]) => [key, text(file)])),
    },
  }));
  const secrets = kustomization.secretGenerator.map(({ name, envs }) => ({
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { name },
    stringData: pairs(envs.flatMap((file) => text(`${file}.example`).split('\n'))),
  }));
  return [...resources, ...configMaps, ...secrets].map((manifest) =>
    manifest.kind === 'Namespace'
      ? manifest
      : { ...manifest, metadata: { ...manifest.metadata, namespace: kustomization.namespace } },
  );
}

/** The module of `kubernetes-types` with the kinds of a version: `apps/v1`, and `core/v1` for `v1`. */
const moduleOf = (apiVersion: string) =>
  `kubernetes-types/${apiVersion.includes('/') ? apiVersion : `core/${apiVersion}`}`;

/**
 * What is wrong with manifests by the API of Kubernetes. The package `kubernetes-types` holds the API's own OpenAPI
 * document as TypeScript, and the compiler is strict about literals: a field that the API does not know, a value of
 * another type, and a field that is missing are faults.
 */
function faultsOf(manifests: readonly Manifest[]): string[] {
  const file = join(ROOT, 'scripts/manifests.virtual.ts');
  const literals = manifests.map(({ apiVersion, kind, metadata }, index) => {
    const type = `import('${moduleOf(apiVersion)}').${kind}`;
    return `export const m${index}: ${type} = ${JSON.stringify(manifests[index])}; // ${kind} ${metadata.name}`;
  });
  const options: ts.CompilerOptions = {
    strict: true,
    noEmit: true,
    skipLibCheck: true,
    types: [],
    target: ts.ScriptTarget.ES2022,
    module: ts.ModuleKind.ESNext,
    moduleResolution: ts.ModuleResolutionKind.Bundler,
  };
  const host = ts.createCompilerHost(options);
  const [readFile, fileExists] = [host.readFile.bind(host), host.fileExists.bind(host)];
  host.readFile = (path) => (path === file ? literals.join('\n') : readFile(path));
  host.fileExists = (path) => path === file || fileExists(path);
  host.getSourceFile = (path, target) => {
    const source = host.readFile(path);
    return source === undefined ? undefined : ts.createSourceFile(path, source, target);
  };
  host.getCurrentDirectory = () => dirname(file);
  return ts.getPreEmitDiagnostics(ts.createProgram([file], options, host)).map((diagnostic) => {
    const message = ts.flattenDiagnosticMessageText(diagnostic.messageText, ' ');
    if (diagnostic.file === undefined || diagnostic.start === undefined) return message;
    const { line } = diagnostic.file.getLineAndCharacterOfPosition(diagnostic.start);
    const about = manifests[line];
    return `${about?.kind} ${about?.metadata.name}: ${message}`;
  });
}

describe('deploy/kubernetes by the API of Kubernetes', () => {
  const manifests = rendered();

  it('has only fields that the API knows, with values of their types, and none that is missing', () => {
    expect(manifests.length).toBeGreaterThan(15);
    expect(faultsOf(manifests)).toEqual([]);
  }, 120_000);

  it('would notice a typo, a value of the wrong type and a field that is left out', () => {
    const gateway = manifests.find(
      ({ kind, metadata: { name } }) => `${kind} ${name}` === 'Deployment gateway',
    )!;
    const json = JSON.stringify(gateway);
    const broken = [
      json.replace('readinessProbe', 'readynessProbe'),
      json.replace('"replicas":2', '"replicas":"two"'),
      JSON.stringify({ ...gateway, spec: { ...(gateway['spec'] as object), selector: undefined } }),
      json.replace('"kind":"Deployment"', '"kind":"Deploymint"'),
    ].map((each) => JSON.parse(each) as Manifest);
    expect(faultsOf(broken)).toEqual([
      expect.stringMatching(/readynessProbe.* does not exist in type 'Container'/),
      expect.stringContaining("Type 'string' is not assignable to type 'number'"),
      expect.stringMatching(/'selector' is missing .* 'DeploymentSpec'/),
      expect.stringContaining('Deploymint'),
    ]);
  }, 120_000);

  it('refers only to settings, secrets and files that there are', () => {
    const keys = new Map(
      manifests
        .filter(({ kind }) => kind === 'ConfigMap' || kind === 'Secret')
        .map(({ kind, metadata, data, stringData }) => [
          `${kind} ${metadata.name}`,
          Object.keys((data ?? stringData) as object),
        ]),
    );
    const referred: [string, string | undefined][] = [];
    JSON.stringify(manifests, (name, value: unknown) => {
      const { name: of, key } = (value ?? {}) as { name?: string; key?: string };
      if (name === 'configMapRef' || name === 'configMap') referred.push([`ConfigMap ${of}`, undefined]);
      if (name === 'secretRef') referred.push([`Secret ${of}`, undefined]);
      if (name === 'secretKeyRef') referred.push([`Secret ${of}`, key]);
      return value;
    });
    expect(referred.length).toBeGreaterThan(10);
    for (const [of, key] of referred) {
      expect([...keys.keys()]).toContain(of);
      if (key !== undefined) expect(keys.get(of)).toContain(key);
    }
  });
});
