import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse, parseAllDocuments } from 'yaml';
import { SEMI_SPACE } from './steps/node-arguments.mjs';

const ROOT = join(import.meta.dirname, '..');
const KUBERNETES = join(ROOT, 'deploy/kubernetes');
const text = (path: string) => readFileSync(join(ROOT, path), 'utf8');

interface Container {
  name: string;
  image: string;
  command?: string[];
  args?: string[];
  ports?: { name: string; containerPort: number }[];
  envFrom?: { secretRef?: { name: string } }[];
  env?: { name: string }[];
  readinessProbe?: { httpGet?: { path: string; port: string } };
  livenessProbe?: unknown;
  startupProbe?: { failureThreshold: number; periodSeconds: number };
  securityContext: { allowPrivilegeEscalation: boolean; capabilities: { drop: string[] } };
  resources: { requests: object; limits: object };
  volumeMounts?: { name: string }[];
}
interface Manifest {
  apiVersion: string;
  kind: string;
  metadata: { name: string };
  spec: {
    replicas?: number;
    maxReplicas?: number;
    strategy?: { rollingUpdate: { maxSurge: number } };
    selector?: { matchLabels?: Record<string, string> } & Record<string, string>;
    ports?: { port: number; targetPort: string }[];
    scaleTargetRef?: { kind: string; name: string };
    template?: {
      metadata: { labels: Record<string, string> };
      spec: {
        topologySpreadConstraints?: unknown[];
      } & Pod;
    };
  };
}
interface Pod {
  containers: Container[];
  initContainers?: Container[];
  automountServiceAccountToken?: boolean;
  securityContext: { runAsNonRoot: boolean; runAsUser: number };
  volumes?: {
    name: string;
    secret?: { secretName: string };
    projected?: { sources: { secret: { name: string } }[] };
  }[];
}
interface Kustomization {
  resources: string[];
  configMapGenerator: { name: string; literals?: string[] }[];
}
interface ComposeService {
  image: string;
  build?: { target: string };
  user?: string;
  cap_add?: string[];
  group_add?: string[];
  command?: string[];
  ports?: string[];
  restart: string;
  healthcheck?: { test?: string[]; disable?: boolean };
  environment?: Record<string, string>;
  depends_on?: Record<string, { condition: string }>;
  deploy: { resources: { limits: { cpus: string; memory: string } } };
  profiles?: string[];
}
interface Compose {
  services: Record<string, ComposeService>;
  volumes: Record<string, unknown>;
}

/** The sources that a built program comes from, by the path of the program. */
const sourceOf = (program: string) => program.replace('/dist/', '/src/').replace(/\.js$/, '.ts');

describe('docker-compose.yml', () => {
  const { services, volumes } = parse(text('docker-compose.yml'), { merge: true }) as Compose;

  it('publishes the dashboard, the API and the way in for producers, on this machine', () => {
    const published = Object.entries(services).flatMap(([name, { ports = [] }]) =>
      ports.map((port) => [name, port]),
    );
    expect(published).toEqual([
      ['nats', '${NATS_PUBLISH_ADDRESS:-127.0.0.1}:${NATS_PORT:-4222}:4222'],
      // Not by the gateway, of which there may be several.
      ['web', '${PUBLISH_ADDRESS:-127.0.0.1}:${WEB_PORT:-8080}:8080'],
      ['web', '${PUBLISH_ADDRESS:-127.0.0.1}:${API_PORT:-8000}:8000'],
    ]);
  });

  it('confines every container, and bounds its logs', () => {
    for (const [name, service] of Object.entries(services)) {
      expect([name, service]).toEqual([
        name,
        expect.objectContaining({
          read_only: true,
          cap_drop: ['ALL'],
          security_opt: ['no-new-privileges:true'],
          logging: { driver: 'local', options: { 'max-size': '20m', 'max-file': '5' } },
        }),
      ]);
    }
    const users = Object.entries(services).map(([name, { user, cap_add }]) => [name, user, cap_add]);
    // The images of the services and of web are made for a user without rights: see deploy/Dockerfile.
    expect(users.filter(([, user]) => user !== undefined)).toEqual([
      ['init', '0:0', ['CHOWN', 'DAC_OVERRIDE']],
      ['open-demo', '0:0', undefined],
      ['postgres', 'postgres', undefined],
      ['redis', 'redis', undefined],
      ['nats', '1000:1000', undefined],
    ]);
  });

  it('puts no password into an address', () => {
    for (const { environment = {} } of Object.values(services))
      for (const [name, value] of Object.entries(environment))
        if (name.endsWith('_URL'))
          expect([name, value]).toEqual([name, expect.not.stringContaining('PASSWORD')]);
  });

  it('gives secrets as files, to the containers that need them, and has no default for one', () => {
    const groups = Object.fromEntries(
      [...text('deploy/init.sh').matchAll(/^ {4}(.+)\) echo (41\d\d) ;;$/gm)].map(([, name, group]) => [
        group,
        name!.split(' ')[0],
      ]),
    );
    const reads = Object.entries(services).map(([name, { group_add = [] }]) => [
      name,
      group_add.map((group) => groups[group]),
    ]);
    const service = ['postgres-app', 'redis', 'nats'];
    expect(Object.fromEntries(reads)).toMatchObject({
      init: [],
      postgres: ['postgres-owner'],
      redis: ['redis'],
      nats: ['nats'],
      migrate: ['postgres-owner', 'postgres-app'],
      ingestion: [...service, 'intake'],
      gateway: [...service, 'intake'],
      rules: service,
      'ai-worker': service,
      web: [],
      'open-demo': [],
      'simulator-key': ['postgres-app'],
      simulator: [],
    });
    const composed = text('docker-compose.yml');
    expect(composed.match(/\$\{\w*(PASSWORD|SECRET|KEY)\w*:?-[^}]/g)).toBeNull();
    for (const [name, { environment = {} }] of Object.entries(services))
      for (const [variable, value] of Object.entries(environment))
        if (variable.endsWith('_FILE') && value.startsWith('/run/mcm/') && variable !== 'AUTH_MODE_FILE') {
          const file = value.replace('/run/mcm/', '');
          expect([name, variable, groupsOf(name)]).toEqual([name, variable, expect.arrayContaining([file])]);
        }
    function groupsOf(name: string) {
      return services[name]!.group_add!.map((group) => groups[group]);
    }
  });

  it('gives every service limits, a word on restarts, and a check that others wait for', () => {
    for (const service of Object.values(services)) {
      expect(service.deploy.resources.limits).toEqual({
        cpus: expect.any(String),
        memory: expect.any(String),
      });
      expect(service.restart).toMatch(/^(unless-stopped|no)$/);
      for (const { condition } of Object.values(service.depends_on ?? {}))
        expect(condition).toMatch(/service_healthy|service_completed_successfully/);
    }
    expect(services['postgres']?.healthcheck?.test).toBeDefined();
    expect(Object.keys(volumes)).toEqual([
      'postgres-data',
      'redis-data',
      'nats-data',
      'secrets',
      'audit-data',
      'archive-data',
      'simulator-key',
    ]);
  });

  it('builds each image once: services that built one of their own would all be replaced by the next up', () => {
    const built = Object.entries(services).filter(([, { build }]) => build !== undefined);
    expect(built.map(([name]) => name)).toEqual(['migrate', 'web']);
    const named = Object.values(services).map(({ image }) => image);
    expect(new Set(built.map(([, { image }]) => image)).size).toBe(2);
    expect(named.filter((image) => image === services['migrate']!.image)).toHaveLength(7);
  });

  it('runs programs that there are', () => {
    const programs = Object.values(services).flatMap(({ command = [] }) =>
      command.filter((part) => /^(services|libs)\//.test(part)),
    );
    expect(programs).toHaveLength(7);
    for (const program of programs) expect(text(sourceOf(program))).not.toBe('');
  });

  it('lets Redis throw nothing away and keep everything in a file', () => {
    const command = services['redis']!.command!.join(' ');
    expect(command).toContain('--maxmemory-policy noeviction');
    expect(command).toContain('--appendonly yes');
  });

  it('adds the simulator, and leaves out the sign-in, for a demo only', () => {
    const inDemo = Object.entries(services).filter(([, { profiles }]) => profiles !== undefined);
    expect(inDemo.map(([name]) => name)).toEqual(['open-demo', 'simulator-key', 'simulator']);
  });
});

describe('deploy/Dockerfile', () => {
  it('knows every package of the workspace', () => {
    const copied = [...text('deploy/Dockerfile').matchAll(/^COPY (\S+\/package\.json) /gm)].map(
      ([, path]) => path,
    );
    const folders = (parent: string) =>
      readdirSync(join(ROOT, parent)).map((name) => `${parent}/${name}/package.json`);
    expect(copied.sort()).toEqual(
      [
        ...folders('libs'),
        ...folders('services'),
        'web/package.json',
        'e2e/package.json',
        'bench/package.json',
      ].sort(),
    );
  });

  it('ends without root, with node itself as the process', () => {
    const dockerfile = text('deploy/Dockerfile');
    const service = dockerfile.slice(dockerfile.indexOf('AS service'), dockerfile.indexOf('AS web'));
    expect(service).toMatch(/^USER node$/m);
    expect(service).toContain(`ENV NODE_OPTIONS=${SEMI_SPACE}\n`);
    expect(service).toMatch(/^CMD \["node", /m);
    expect(service).toMatch(/^HEALTHCHECK /m);
    expect(dockerfile.slice(dockerfile.indexOf('AS web'))).toMatch(/^USER 101$/m);
  });

  it('gives the dashboard the policy that the standalone process gives it', () => {
    const policy = /const CONTENT_SECURITY_POLICY = \[([\s\S]*?)\]/.exec(
      text('services/standalone/src/web-server.ts'),
    );
    const parts = [...policy![1]!.matchAll(/"([^"]+)"/g)].map(([, part]) => part);
    expect(text('deploy/nginx.conf.template')).toContain(`Content-Security-Policy "${parts.join('; ')}"`);
  });

  it('has browsers ask for the dashboard by https alone, as the services do', () => {
    const [, header] = /'strict-transport-security': '([^']+)'/.exec(
      text('libs/platform/src/network/network.config.ts'),
    )!;
    expect(text('deploy/nginx.conf.template')).toContain(`"~^,https:" "${header}";`);
  });
});

describe('deploy/kubernetes', () => {
  const kustomization = parse(text('deploy/kubernetes/kustomization.yaml')) as Kustomization;
  const manifests = kustomization.resources.flatMap((file) =>
    parseAllDocuments(readFileSync(join(KUBERNETES, file), 'utf8')).map((document) => {
      expect(document.errors).toEqual([]);
      return document.toJS() as Manifest;
    }),
  );
  const workloads = manifests.filter(({ spec }) => spec?.template !== undefined);
  const named = (kind: string) =>
    manifests.filter((each) => each.kind === kind).map(({ metadata }) => metadata.name);

  it('names every manifest in the kustomization', () => {
    const files = readdirSync(KUBERNETES).filter(
      (file) => /^[^.]+\.yaml$/.test(file) && file !== 'kustomization.yaml',
    );
    expect([...kustomization.resources].sort()).toEqual(files.sort());
  });

  it('has the versions of the API that clusters serve', () => {
    const versions: Record<string, string> = {
      Namespace: 'v1',
      Service: 'v1',
      PersistentVolumeClaim: 'v1',
      Deployment: 'apps/v1',
      StatefulSet: 'apps/v1',
      PodDisruptionBudget: 'policy/v1',
      NetworkPolicy: 'networking.k8s.io/v1',
      HorizontalPodAutoscaler: 'autoscaling/v2',
    };
    for (const { kind, apiVersion } of manifests) expect([kind, apiVersion]).toEqual([kind, versions[kind]]);
  });

  it('runs the whole stack', () => {
    expect(named('Deployment').sort()).toEqual(['ai-worker', 'gateway', 'ingestion', 'rules', 'web']);
    expect(named('StatefulSet').sort()).toEqual(['nats', 'postgres', 'redis']);
    expect(named('PodDisruptionBudget').sort()).toEqual(named('Deployment').sort());
    expect(named('HorizontalPodAutoscaler')).not.toContain('rules');
  });

  it('brings the schema up to date in pods that a changed setting replaces', () => {
    // The template of a Job cannot be changed: kubectl apply would refuse each changed setting and image.
    expect(named('Job')).toEqual([]);
    const migrating = workloads.filter(({ spec }) =>
      spec.template!.spec.initContainers?.some(({ command }) =>
        command?.at(-1)?.endsWith('/migrate/main.js'),
      ),
    );
    expect(migrating.map(({ metadata }) => metadata.name)).toEqual(['ingestion']);
  });

  it('has fewer connections to PostgreSQL, with all pods that there may be, than PostgreSQL takes', () => {
    const settings = kustomization.configMapGenerator.find(({ name }) => name === 'settings')!.literals!;
    const poolSize = Number(settings.find((each) => each.startsWith('DATABASE_POOL_SIZE='))!.split('=')[1]);
    const most = (name: string, replicas: number) =>
      manifests.find(
        ({ kind, spec }) => kind === 'HorizontalPodAutoscaler' && spec.scaleTargetRef!.name === name,
      )?.spec.maxReplicas ?? replicas;
    const services = workloads.filter(
      ({ spec }) => spec.template!.spec.containers[0]!.image === 'mini-compliance-monitor/service',
    );
    expect(services.map(({ metadata }) => metadata.name)).toContain('gateway');
    const pods = services.map(
      ({ metadata, spec }) => most(metadata.name, spec.replicas!) + spec.strategy!.rollingUpdate.maxSurge,
    );
    const connections = pods.reduce((sum, each) => sum + each, 0) * poolSize;
    const { args } = workloads.find(({ metadata }) => metadata.name === 'postgres')!.spec.template!.spec
      .containers[0]!;
    const takes = Number(/max_connections=(\d+)/.exec(args!.join(' '))![1]);
    // What PostgreSQL keeps for superusers, and some for a backup and for people who look.
    expect(connections).toBeLessThanOrEqual(takes - 20);
    expect(connections).toBeGreaterThan(0);
  });

  it('spreads the pods of each deployment over machines', () => {
    for (const { metadata, spec } of workloads.filter(({ kind }) => kind === 'Deployment'))
      expect(spec.template!.spec.topologySpreadConstraints).toEqual([
        expect.objectContaining({
          topologyKey: 'kubernetes.io/hostname',
          labelSelector: { matchLabels: { app: metadata.name } },
        }),
      ]);
  });

  it('lets PostgreSQL replay its log after a crash before the liveness probe counts', () => {
    const { startupProbe } = workloads.find(({ metadata }) => metadata.name === 'postgres')!.spec.template!
      .spec.containers[0]!;
    expect(startupProbe!.failureThreshold * startupProbe!.periodSeconds).toBeGreaterThanOrEqual(1800);
  });

  it('has a Service for health and metrics of each process', () => {
    const led = manifests
      .filter(({ kind, spec }) => kind === 'Service' && spec.ports!.some(({ port }) => port === 9000))
      .map(({ metadata }) => metadata.name);
    expect(led.sort()).toEqual(['ai-worker', 'gateway', 'ingestion', 'rules']);
  });

  it.each(workloads.map((each) => [each.metadata.name, each] as const))('%s', (_, { spec }) => {
    const { metadata, spec: pod } = spec.template!;
    expect(metadata.labels).toMatchObject(spec.selector!.matchLabels!);
    // What the namespace asks for: pod-security.kubernetes.io/enforce: restricted.
    expect(pod.securityContext).toMatchObject({
      runAsNonRoot: true,
      runAsUser: expect.any(Number),
      seccompProfile: { type: 'RuntimeDefault' },
    });
    for (const container of [...pod.containers, ...(pod.initContainers ?? [])]) {
      expect(container.securityContext).toMatchObject({
        allowPrivilegeEscalation: false,
        readOnlyRootFilesystem: true,
        capabilities: { drop: ['ALL'] },
      });
      expect(container.resources).toEqual({
        requests: { cpu: expect.anything(), memory: expect.anything() },
        limits: { cpu: expect.anything(), memory: expect.anything() },
      });
      if (pod.containers.includes(container)) {
        expect(container.livenessProbe).toBeDefined();
        expect(container.readinessProbe).toBeDefined();
      }
      for (const port of [container.readinessProbe?.httpGet?.port].filter((name) => name !== undefined))
        expect(container.ports!.map(({ name }) => name)).toContain(port);
      for (const program of (container.command ?? []).filter((part) => part.endsWith('.js')))
        expect(text(sourceOf(program))).not.toBe('');
    }
  });

  it('leads every service to a port of its pods, and scales what there is', () => {
    for (const { kind, metadata, spec } of manifests) {
      if (kind === 'HorizontalPodAutoscaler') {
        expect(named('Deployment')).toContain(spec.scaleTargetRef!.name);
        continue;
      }
      if (kind !== 'Service') continue;
      const pods = workloads.find(
        ({ spec: { template } }) => template!.metadata.labels['app'] === spec.selector!['app'],
      );
      expect([metadata.name, pods?.kind]).toEqual([metadata.name, expect.any(String)]);
      const ports = pods!.spec.template!.spec.containers.flatMap((container) => container.ports ?? []);
      for (const { targetPort } of spec.ports!) expect(ports.map(({ name }) => name)).toContain(targetPort);
    }
  });

  it('starts NATS and Redis as compose does', () => {
    const compose = text('docker-compose.yml');
    for (const file of ['nats.conf', 'start-nats.sh', 'start-redis.sh']) {
      expect(compose).toContain(`- ./deploy/kubernetes/${file}:`);
      expect(text('deploy/kubernetes/kustomization.yaml')).toContain(`- ${file}=${file}`);
      expect(text(`deploy/kubernetes/${file}`)).not.toBe('');
    }
  });

  it('gives each container its own secrets', () => {
    const held = (pod: Pod, { envFrom = [], volumeMounts = [] }: Container) => [
      ...envFrom.flatMap(({ secretRef }) => secretRef?.name ?? []),
      ...volumeMounts
        .map(({ name }) => pod.volumes!.find((volume) => volume.name === name))
        .flatMap((volume) => [
          ...(volume?.secret ? [volume.secret.secretName] : []),
          ...(volume?.projected?.sources ?? []).map(({ secret }) => secret.name),
        ]),
    ];
    const table = workloads.flatMap(({ spec }) => {
      const pod = spec.template!.spec;
      return [...(pod.initContainers ?? []), ...pod.containers].map((each) => [each.name, held(pod, each)]);
    });
    const service = ['postgres-app', 'redis', 'nats'];
    expect(Object.fromEntries(table)).toEqual({
      postgres: ['postgres-owner', 'postgres-app'],
      redis: ['redis'],
      nats: ['nats', 'nats-producers'],
      migrate: ['postgres-owner', 'postgres-app'],
      ingestion: ['ingestion', ...service, 'intake'],
      gateway: [...service, 'intake', 'audit-key'],
      rules: service,
      'ai-worker': ['ai-worker', ...service],
      web: [],
    });
    for (const { spec } of workloads) expect(spec.template!.spec.automountServiceAccountToken).toBe(false);
  });

  it('lets pods talk to those that they need alone', () => {
    const policies = manifests.filter(({ kind }) => kind === 'NetworkPolicy');
    const everything = policies.find(({ metadata }) => metadata.name === 'nothing-else')!.spec as object;
    expect(everything).toEqual({ podSelector: {}, policyTypes: ['Ingress', 'Egress'] });
    // Each policy is about pods that there are.
    const apps = workloads.map(({ metadata }) => metadata.name);
    const named = JSON.stringify(policies).matchAll(
      /"app":"([\w-]+)"|"key":"app","operator":"In","values":\[([^\]]+)\]/g,
    );
    const selected = [...named].flatMap(
      ([, one, several]) => one ?? (JSON.parse(`[${several}]`) as string[]),
    );
    expect(selected.length).toBeGreaterThan(20);
    for (const app of selected) expect(apps).toContain(app);
    // Each port is one of a container, or of DNS or HTTPS elsewhere.
    const ports = workloads.flatMap(({ spec }) =>
      spec.template!.spec.containers.flatMap((each) => each.ports!.map(({ containerPort }) => containerPort)),
    );
    for (const [, port] of JSON.stringify(policies).matchAll(/"port":(\d+)/g))
      expect([...ports, 53, 443]).toContain(Number(port));
  });

  it('sets only what the product reads', () => {
    const sources = [
      'libs/hosting/src',
      'libs/platform/src',
      'services/gateway/src',
      'services/ingestion/src',
    ];
    const read = new Set(
      sources
        .flatMap((folder) =>
          readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' }).map((f) => join(folder, f)),
        )
        .filter((file) => file.endsWith('.config.ts'))
        .flatMap((file) => [...text(file).matchAll(/@Env\('([A-Z_]+)'(, \{ secret)?/g)])
        .flatMap(([, name, secret]) => (secret === undefined ? [name] : [name, `${name}_FILE`])),
    );
    const set = kustomization.configMapGenerator
      .flatMap(({ literals = [] }) => literals)
      .map((literal) => literal.split('=')[0]!);
    expect(set.length).toBeGreaterThan(0);
    for (const name of set) expect(read).toContain(name);
  });
});
