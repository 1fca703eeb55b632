import type { StartedTestContainer } from 'testcontainers';
import type { ServerKind } from './server-kind.js';
import type { ServerPlace, ServerSettings } from './server-place.js';

const FOLDER = '/etc/test-server';
const DATA = '/data';
const KEPT_OUTPUT = 4000;

/** A server in a container, at a fixed port of this machine. Its data live as long as the container. */
export class ContainerPlace implements ServerPlace {
  private container: StartedTestContainer | null = null;
  private running = false;

  constructor(
    private readonly kind: ServerKind,
    readonly port: number,
    private readonly settings: ServerSettings,
  ) {}

  get host(): string {
    return this.container?.getHost() ?? '127.0.0.1';
  }

  async launch(): Promise<void> {
    if (this.container) {
      const { engine, container } = await this.handle(this.container);
      await engine.container.start(container);
    } else {
      this.container = await this.create();
    }
    this.running = true;
  }

  async end(how: 'orderly' | 'kill'): Promise<void> {
    if (!this.container || !this.running) return;
    const { engine, container } = await this.handle(this.container);
    if (how === 'kill') {
      await container.kill();
      await container.wait();
    } else {
      await engine.container.stop(container);
    }
    this.running = false;
  }

  async hasEnded(): Promise<boolean> {
    if (!this.container) return true;
    const { engine, container } = await this.handle(this.container);
    return !(await engine.container.inspect(container)).State.Running;
  }

  async clear(): Promise<void> {
    await this.remove();
  }

  async remove(): Promise<void> {
    await this.container?.stop({ removeVolumes: true });
    this.container = null;
    this.running = false;
  }

  async lastWords(): Promise<string> {
    if (!this.container) return '';
    const { container } = await this.handle(this.container);
    const log = await container.logs({ stdout: true, stderr: true, tail: 50 });
    return log.toString('utf8').slice(-KEPT_OUTPUT);
  }

  private async create(): Promise<StartedTestContainer> {
    const { GenericContainer, Wait } = await import('testcontainers');
    const { port } = this;
    const text =
      this.kind.configuration({ host: '0.0.0.0', port, data: DATA }) +
      (this.settings.configuration?.(FOLDER) ?? '');
    const files = { 'server.conf': text, ...this.settings.files };
    return (
      new GenericContainer(this.kind.image)
        .withCopyContentToContainer(
          Object.entries(files).map(([name, content]) => ({
            content,
            target: `${FOLDER}/${name}`,
            mode: 0o644,
          })),
        )
        .withCommand([this.kind.program, ...this.kind.readConfiguration(`${FOLDER}/server.conf`)])
        .withExposedPorts({ container: port, host: port })
        // Whether it is ready is asked in one way for all servers.
        .withWaitStrategy(Wait.forAll([]))
        .start()
    );
  }

  private async handle(started: StartedTestContainer) {
    const { getContainerRuntimeClient } = await import('testcontainers');
    const engine = await getContainerRuntimeClient();
    return { engine, container: engine.container.getById(started.getId()) };
  }
}
