import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { setTimeout as delay } from 'node:timers/promises';
import { createGzip } from 'node:zlib';
import { goodAnswer, type ModelFacts } from './model-answers.js';

/** A question that arrived at a {@link ModelServer}. */
export interface ModelQuestion {
  /** 1 for the first. */
  number: number;
  model: string;
  messages: { role: string; content: string }[];
  /** The JSON between the marks of the data block; null when there is none. */
  facts: ModelFacts | null;
  /** The whole request. */
  body: Record<string, unknown>;
  headers: IncomingMessage['headers'];
}

/** What a {@link ModelServer} does about a question; `delayMs` is how long it thinks before. */
export type ModelBehaviour = { delayMs?: number } & (
  | {
      kind: 'answer';
      /** The text of the model, or what becomes JSON in it. */
      content: unknown;
      finishReason?: 'stop' | 'length' | 'content_filter';
      refusal?: string;
      /** False leaves out the count of tokens, as some servers do. */
      usage?: { prompt_tokens: number; completion_tokens: number } | false;
    }
  | { kind: 'status'; status: number; headers?: Record<string, string>; error?: Record<string, unknown> }
  /** The connection ends in the middle of the body. */
  | { kind: 'half' }
  /** A body that is not what the API has, with status 200. */
  | { kind: 'garbage'; text: string }
  /** A body of so many bytes, sent as fast as it is taken, or as a gzip of zeros. */
  | { kind: 'flood'; bytes: number; gzip?: boolean; status?: number }
  /** A byte at a time, for ever. */
  | { kind: 'trickle' }
  /** The connection ends without a byte. */
  | { kind: 'hang-up' }
  /** No answer, ever. */
  | { kind: 'silent' }
);

export type ModelScript = (question: ModelQuestion) => ModelBehaviour | Promise<ModelBehaviour>;

/** Answers well: with the rule's own score, citing the first event. */
export const answersWell: ModelScript = ({ facts }) => ({ kind: 'answer', content: goodAnswer(facts) });

/** An OpenAI-compatible server on a free port that answers as a test tells it to, and keeps what it was asked. */
export class ModelServer {
  /** Everything it was asked, oldest first. */
  readonly questions: ModelQuestion[] = [];
  /** Most questions that were open at the same time. */
  mostAtOnce = 0;
  private atOnce = 0;
  private server: Server | undefined;
  private port = 0;

  private constructor(private script: ModelScript) {}

  static async start(script: ModelScript = answersWell): Promise<ModelServer> {
    const server = new ModelServer(script);
    await server.listen();
    return server;
  }

  /** What OPENAI_BASE_URL has to be. */
  get url(): string {
    return `http://127.0.0.1:${this.port}/v1`;
  }

  /** Behaves differently from now on; open questions are answered by the old script. */
  play(script: ModelScript): void {
    this.script = script;
  }

  /** Forgets what it was asked. */
  forget(): void {
    this.questions.length = 0;
    this.mostAtOnce = 0;
  }

  /** Goes on listening on the port that it had. */
  async listen(): Promise<void> {
    this.server = createServer((request, response) => void this.handle(request, response));
    this.server.listen(this.port, '127.0.0.1');
    await once(this.server, 'listening');
    this.port = (this.server.address() as AddressInfo).port;
  }

  /** Ends immediately, as a process that is killed: open questions are not answered. */
  async close(): Promise<void> {
    const { server } = this;
    if (server === undefined) return;
    this.server = undefined;
    server.closeAllConnections();
    server.close();
    await once(server, 'close');
  }

  private async handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const text = await bodyOf(request);
    if (request.method !== 'POST' || request.url !== '/v1/chat/completions') {
      sendJson(response, 404, { error: { message: `There is no ${request.method} ${request.url}` } });
      return;
    }
    const body = JSON.parse(text) as Record<string, unknown>;
    const messages = body['messages'] as ModelQuestion['messages'];
    const question: ModelQuestion = {
      number: this.questions.length + 1,
      model: String(body['model']),
      messages,
      facts: factsIn(messages),
      body,
      headers: request.headers,
    };
    this.questions.push(question);
    this.atOnce += 1;
    this.mostAtOnce = Math.max(this.mostAtOnce, this.atOnce);
    response.once('close', () => (this.atOnce -= 1));
    const behaviour = await this.script(question);
    if (behaviour.delayMs) await delay(behaviour.delayMs, undefined, { ref: false });
    // The client may have disconnected.
    if (!response.destroyed) behave(response, question, behaviour);
  }
}

function behave(response: ServerResponse, question: ModelQuestion, behaviour: ModelBehaviour): void {
  switch (behaviour.kind) {
    case 'answer':
      sendJson(response, 200, completion(question, behaviour));
      return;
    case 'status':
      sendJson(
        response,
        behaviour.status,
        { error: behaviour.error ?? { message: 'as told' } },
        behaviour.headers,
      );
      return;
    case 'half': {
      const text = JSON.stringify(
        completion(question, { kind: 'answer', content: goodAnswer(question.facts) }),
      );
      response.writeHead(200, {
        'content-type': 'application/json',
        'content-length': Buffer.byteLength(text),
      });
      response.write(text.slice(0, text.length / 2), () => response.destroy());
      return;
    }
    case 'garbage':
      response.writeHead(200, { 'content-type': 'application/json' }).end(behaviour.text);
      return;
    case 'flood':
      void flood(response, behaviour);
      return;
    case 'trickle': {
      response.writeHead(200, { 'content-type': 'application/json' });
      const timer = setInterval(() => response.write(' '), 20);
      response.once('close', () => clearInterval(timer));
      return;
    }
    case 'hang-up':
      response.destroy();
      return;
    case 'silent':
  }
}

/** Ends when all is sent, or when the client takes no more. */
async function flood(
  response: ServerResponse,
  { bytes, gzip = false, status = 200 }: Extract<ModelBehaviour, { kind: 'flood' }>,
): Promise<void> {
  response.writeHead(status, {
    'content-type': 'application/json',
    ...(gzip ? { 'content-encoding': 'gzip' } : {}),
  });
  const piece = Buffer.alloc(64 * 1024, ' ');
  const pieces = Readable.from(
    (function* () {
      for (let sent = 0; sent < bytes; sent += piece.length) yield piece;
    })(),
  );
  const parts = gzip ? [pieces, createGzip(), response] : [pieces, response];
  // A client that has read enough closes the connection in the middle.
  await pipeline(parts).catch(() => undefined);
}

function completion(
  { number, model, messages }: ModelQuestion,
  { content, finishReason = 'stop', refusal, usage }: Extract<ModelBehaviour, { kind: 'answer' }>,
) {
  const text = typeof content === 'string' ? content : JSON.stringify(content);
  const characters = messages.reduce((sum, message) => sum + message.content.length, 0);
  return {
    id: `chatcmpl-${number}`,
    object: 'chat.completion',
    created: 1_790_000_000,
    model: `${model}-test`,
    choices: [
      {
        index: 0,
        finish_reason: finishReason,
        message: {
          role: 'assistant',
          content: refusal === undefined ? text : null,
          refusal: refusal ?? null,
        },
      },
    ],
    ...(usage === false
      ? {}
      : {
          usage: usage ?? {
            prompt_tokens: Math.ceil(characters / 4),
            completion_tokens: Math.ceil(text.length / 4),
          },
        }),
  };
}

function factsIn(messages: ModelQuestion['messages']): ModelFacts | null {
  const asked = messages.find(({ role }) => role === 'user')?.content ?? '';
  const block = /BEGIN DATA (\w+)\n([\s\S]*)\nEND DATA \1/.exec(asked)?.[2];
  return block === undefined ? null : (JSON.parse(block) as ModelFacts);
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  let text = '';
  request.setEncoding('utf8');
  for await (const chunk of request) text += String(chunk);
  return text;
}

function sendJson(
  response: ServerResponse,
  status: number,
  body: unknown,
  headers: Record<string, string> = {},
): void {
  response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body));
}
