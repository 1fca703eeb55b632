import { connect } from 'node:net';

/** A kind of server that tests run for real: how it is found, configured, and asked whether it is ready. */
export interface ServerKind {
  /** As people write it. */
  readonly name: string;
  /** Names one that runs already; tests share it and may not kill it. */
  readonly urlSetting: string;
  /** The program to look for on the PATH. */
  readonly program: string;
  readonly debianPackage: string;
  readonly image: string;
  /** Text of a configuration file for a server that listens at `host` and `port` and keeps its data in `data`. */
  configuration(place: { host: string; port: number; data: string }): string;
  /** Arguments that make the program read this configuration file. */
  readConfiguration(file: string): string[];
  url(host: string, port: number): string;
  /** Sent on a new connection; null when the server speaks first. */
  readonly greeting: string | null;
  /** Whether an answer means that the server takes requests, also when it wants a password first. */
  isReadyAnswer(answer: string): boolean;
}

export const NATS: ServerKind = {
  name: 'NATS',
  urlSetting: 'TEST_NATS_URL',
  program: 'nats-server',
  debianPackage: 'nats-server',
  image: 'nats:2.12-alpine',
  configuration: ({ host, port, data }) => `listen: "${host}:${port}"\njetstream { store_dir: "${data}" }\n`,
  readConfiguration: (file) => ['-c', file],
  url: (host, port) => `nats://${host}:${port}`,
  greeting: null,
  isReadyAnswer: (answer) => answer.startsWith('INFO ') && answer.includes('"jetstream":true'),
};

export const REDIS: ServerKind = {
  name: 'Redis',
  urlSetting: 'TEST_REDIS_URL',
  program: 'redis-server',
  debianPackage: 'redis-server',
  image: 'redis:7-alpine',
  // Every write is in the append-only file before it is answered, so that kill -9 loses nothing.
  configuration: ({ host, port, data }) =>
    `bind ${host}\nport ${port}\ndir "${data}"\nprotected-mode no\ndaemonize no\nappendonly yes\nsave ""\n`,
  readConfiguration: (file) => [file],
  url: (host, port) => `redis://${host}:${port}`,
  greeting: 'PING\r\n',
  isReadyAnswer: (answer) => answer.startsWith('+PONG') || answer.startsWith('-NOAUTH'),
};

const ANSWER_MS = 1000;

/** Whether a server of this kind answers at this moment. Never throws. */
export function isReady(kind: ServerKind, host: string, port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host, port, timeout: ANSWER_MS });
    const answerIs = (ready: boolean) => {
      socket.destroy();
      resolve(ready);
    };
    let answer = '';
    socket
      .setEncoding('latin1')
      .on('connect', () => kind.greeting && socket.write(kind.greeting))
      .on('data', (text) => {
        answer += text;
        if (answer.includes('\n')) answerIs(kind.isReadyAnswer(answer));
      })
      .on('timeout', () => answerIs(false))
      .on('error', () => answerIs(false))
      .on('close', () => answerIs(false));
  });
}
