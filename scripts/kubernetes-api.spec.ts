import { vi } from 'vitest';
import { execFileSync, spawnSync } from 'node:child_process';
import { createPrivateKey } from 'node:crypto';
import { cpSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import ts from 'typescript';
import yaml from 'yaml-js';

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
  images: { name: string; newName: string; newTag: string }[];
  secretGenerator: { name: string; envs?: string[]; files?: string[] }[];
}

/**
 * The documents of a file as kustomize reads them: by YAML 1.1, in which `{ path: /healthz?full }` is a fault. Parsers of
 * YAML 1.2 see nothing wrong with it.
 */
function documents(file: string): Manifest[] {
  try {
    return yaml.load_all(text(file)) as Manifest[];
  } catch (error) {
    // The parser's own errors have no message.
    throw new Error(`${file}: ${String(error)}`, { cause: error });
  }
}

const kustomization = documents('kustomization.yaml')[0] as unknown as Kustomization;

/** `name=value` lines, without comments. */
const pairs = (lines: readonly string[]) =>
  Object.fromEntries(
    lines
      .filter((line) => line.includes('=') && !line.startsWith('#'))
      .map((line) => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)]),
  );

/** A copy of the folder with secrets, as its README says to make them. */
const folder = mkdtempSync(join(tmpdir(), 'kustomized-'));
cpSync(KUBERNETES, folder, { recursive: true, filter: (path) => path !== join(KUBERNETES, 'secrets') });
execFileSync('/bin/sh', [join(folder, 'make-secrets.sh')]);
afterAll(() => rmSync(folder, { recursive: true }));

/** What kustomize itself makes of the folder; null where neither kubectl nor kustomize is installed. */
function kustomized(): Manifest[] | null {
  for (const [tool, command] of [
    ['kubectl', 'kustomize'],
    ['kustomize', 'build'],
  ] as const) {
    const { error, status, stdout, stderr } = spawnSync(tool, [command, folder], { encoding: 'utf8' });
    if ((error as NodeJS.ErrnoException | undefined)?.code === 'ENOENT') continue;
    if (status !== 0) throw new Error(`${tool} ${command}: ${error?.message ?? stderr}`);
    return yaml.load_all(stdout) as Manifest[];
  }
  return null;
}

/** The same without the tool, but for the hashes in generated names and the names of images. */
function imitated(): Manifest[] {
  const resources = kustomization.resources.flatMap(documents);
  const configMaps = kustomization.configMapGenerator.map(({ name, literals = [], files = [] }) => ({
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name },
    data: {
      ...pairs(literals),
      ...Object.fromEntries(Object.entries(pairs(files)).map(([key, file]) => [key, text(file)])),
    },
  }));
  const inFolder = (file: string) => readFileSync(join(folder, file), 'utf8');
  const secrets = kustomization.secretGenerator.map(({ name, envs = [], files = [] }) => ({
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { name },
    data: {
      ...pairs(envs.flatMap((file) => inFolder(file).split('\n'))),
      ...Object.fromEntries(Object.entries(pairs(files)).map(([key, file]) => [key, inFolder(file)])),
    },
  }));
  return [...resources, ...configMaps, ...secrets].map((manifest) =>
    manifest.kind === 'Namespace'
      ? manifest
      : { ...manifest, metadata: { ...manifest.metadata, namespace: kustomization.namespace } },
  );
}

/** The module of `kubernetes-types` with the kinds of a version: `apps/v1`, and `core/v1` for `v1`. */
const moduleOf = (apiVersion: string) =>
  `kubernetes-types/${apiVersion.includes('/') ? apiVersion.replace('.k8s.io/', '/') : `core/${apiVersion}`}`;

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

// The compiler reads the types of the whole API, which takes long on a busy machine.
vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

describe('deploy/kubernetes by the API of Kubernetes', () => {
  const manifests = kustomized() ?? imitated();

  it('is read by YAML 1.1, which kustomize reads, the example of an Ingress too', () => {
    for (const file of [...kustomization.resources, 'ingress.example.yaml'])
      expect([file, documents(file).length]).toEqual([file, expect.any(Number)]);
    expect(() => yaml.load('probe: { path: /healthz?full, port: monitor }')).toThrow();
  });

  it('gives the images the names under which they were pushed', () => {
    const images = (kustomization.images ?? []).map(({ newName, newTag }) => `${newName}:${newTag}`);
    expect(images).toEqual([
      expect.stringMatching(/^registry\.example\.com\/.+\/service:/),
      expect.stringMatching(/^registry\.example\.com\/.+\/web:/),
    ]);
    const named = new Set(kustomization.images.map(({ name }) => name));
    const built = JSON.stringify(kustomization.resources.flatMap(documents)).match(
      /mini-compliance-monitor\/\w+(?=")/g,
    )!;
    expect(new Set(built)).toEqual(named);
  });

  it('has only fields that the API knows, with values of their types, and none that is missing', () => {
    expect(manifests.length).toBeGreaterThan(25);
    expect(faultsOf([...manifests, ...documents('ingress.example.yaml')])).toEqual([]);
  });

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
  });

  it('has a key for checkpoints that the gateway takes', () => {
    const key = createPrivateKey(readFileSync(join(folder, 'secrets/audit-key.pem')));
    expect(key.asymmetricKeyType).toBe('ed25519');
  });

  it('refers only to settings, secrets and files that there are', () => {
    const keys = new Map(
      manifests
        .filter(({ kind }) => kind === 'ConfigMap' || kind === 'Secret')
        .map(({ kind, metadata, data }) => [`${kind} ${metadata.name}`, Object.keys((data ?? {}) as object)]),
    );
    const referred: [string, string | undefined][] = [];
    JSON.stringify(manifests, (name, value: unknown) => {
      const { name: of, key, secretName } = (value ?? {}) as Record<string, string | undefined>;
      if (name === 'configMapRef' || name === 'configMap') referred.push([`ConfigMap ${of}`, undefined]);
      if (name === 'secretRef' || name === 'secret') referred.push([`Secret ${of ?? secretName}`, undefined]);
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
