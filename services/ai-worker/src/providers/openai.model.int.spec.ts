import { goodAnswer, ModelServer, type ModelBehaviour } from '@mcm/testing';
import { loadAiWorkerConfig } from '../ai-worker.config.js';
import { ANSWER_SCHEMA } from '../prompt/answer-schema.js';
import { type ModelFailure, type ModelRequest } from './model.js';
import { OpenAiModel } from './openai.model.js';

const KEY = 'sk-test-0123456789abcdef';
const request: ModelRequest = {
  system: 'Be brief.',
  messages: [{ role: 'user', content: 'What is it?' }],
  schema: ANSWER_SCHEMA,
  maxOutputTokens: 500,
};
const patient = new AbortController().signal;

describe('OpenAiModel', () => {
  let server: ModelServer;
  beforeAll(async () => {
    server = await ModelServer.start();
  });
  beforeEach(() => server.forget());
  afterAll(() => server.close());

  const model = (env: NodeJS.ProcessEnv = {}) =>
    new OpenAiModel(
      loadAiWorkerConfig({ OPENAI_API_KEY: KEY, OPENAI_BASE_URL: server.url, OPENAI_MODEL: 'small', ...env }),
    );
  const failure = async (behaviour: ModelBehaviour, env: NodeJS.ProcessEnv = {}) => {
    server.play(() => behaviour);
    const error: unknown = await model(env)
      .ask(request, patient)
      .catch((caught: unknown) => caught);
    expect(error).toMatchObject({ name: 'AppError', kind: 'unavailable' });
    expect(String((error as Error).message)).not.toContain(KEY.slice(3));
    return error as ModelFailure;
  };

  it('asks with the schema, at temperature 0, and reads answer and tokens', async () => {
    server.play(() => ({
      kind: 'answer',
      content: 'Yes.',
      usage: { prompt_tokens: 12, completion_tokens: 3 },
    }));
    expect(await model().ask(request, patient)).toEqual({
      text: 'Yes.',
      end: 'complete',
      model: 'small-test',
      inputTokens: 12,
      outputTokens: 3,
    });
    const [question] = server.questions;
    expect(question!.headers.authorization).toBe(`Bearer ${KEY}`);
    expect(question!.body).toEqual({
      model: 'small',
      messages: [{ role: 'system', content: 'Be brief.' }, ...request.messages],
      max_tokens: 500,
      temperature: 0,
      response_format: {
        type: 'json_schema',
        json_schema: { name: 'assessment', strict: true, schema: ANSWER_SCHEMA },
      },
    });
  });

  it('needs no key for a server that wants none', async () => {
    server.play(() => ({ kind: 'answer', content: 'Yes.', usage: false }));
    expect(await model({ OPENAI_API_KEY: '' }).ask(request, patient)).toMatchObject({
      inputTokens: null,
      outputTokens: null,
    });
  });

  it('learns what a server does not take, and does not send it again', async () => {
    const refuse = (message: string, param?: string): ModelBehaviour => ({
      kind: 'status',
      status: 400,
      error: { message, ...(param ? { param } : {}) },
    });
    server.play(({ body }) => {
      if ('temperature' in body)
        return refuse("Unsupported value: 'temperature' does not support 0.", 'temperature');
      if ('max_tokens' in body)
        return refuse("Unsupported parameter: 'max_tokens'. Use 'max_completion_tokens'.");
      if ((body['response_format'] as { type: string } | undefined)?.type === 'json_schema')
        return refuse('response_format json_schema is not supported');
      return { kind: 'answer', content: goodAnswer(null) };
    });
    const learning = model();
    await learning.ask(request, patient);
    expect(server.questions).toHaveLength(4);
    expect(server.questions[3]!.body).toMatchObject({
      max_completion_tokens: 500,
      response_format: { type: 'json_object' },
    });
    // Where the server does not enforce the form, the prompt has to name it.
    expect(server.questions[3]!.messages[0]!.content).toContain('what_happened');
    await learning.ask(request, patient);
    expect(server.questions).toHaveLength(5);
  });

  it.each<[ModelBehaviour, Partial<ModelFailure>]>([
    [
      { kind: 'status', status: 401 },
      { failure: 'refused', code: 'AI.KEY_REFUSED' },
    ],
    [
      { kind: 'status', status: 403 },
      { failure: 'refused', code: 'AI.KEY_REFUSED' },
    ],
    [
      { kind: 'status', status: 404 },
      { failure: 'refused', code: 'AI.MODEL_UNKNOWN' },
    ],
    [
      { kind: 'status', status: 429, headers: { 'retry-after': '7' } },
      { failure: 'limited', code: 'AI.RATE_LIMITED', retryAfterMs: 7_000 },
    ],
    [
      { kind: 'status', status: 429, headers: { 'retry-after-ms': '250' } },
      { failure: 'limited', retryAfterMs: 250 },
    ],
    [
      { kind: 'status', status: 429 },
      { failure: 'limited', retryAfterMs: 5_000 },
    ],
    [
      {
        kind: 'status',
        status: 429,
        error: { code: 'insufficient_quota', message: 'You exceeded your quota' },
      },
      { failure: 'refused', code: 'AI.QUOTA_SPENT' },
    ],
    [
      { kind: 'status', status: 500 },
      { failure: 'failed', code: 'AI.SERVER_ERROR', mayHaveUsedTokens: false },
    ],
    [
      { kind: 'status', status: 503, headers: { 'retry-after': '2' } },
      { failure: 'failed', retryAfterMs: 2_000 },
    ],
    [{ kind: 'status', status: 400, error: { message: 'too long' } }, { failure: 'unusable' }],
    [{ kind: 'half' }, { failure: 'failed', code: 'AI.GARBLED', mayHaveUsedTokens: true }],
    [
      { kind: 'garbage', text: '<html>Sign in</html>' },
      { failure: 'failed', code: 'AI.GARBLED' },
    ],
    [
      { kind: 'garbage', text: '{"object":"list"}' },
      { failure: 'failed', code: 'AI.NO_ANSWER' },
    ],
    [
      { kind: 'garbage', text: 'null' },
      { failure: 'failed', code: 'AI.NO_ANSWER' },
    ],
    [{ kind: 'hang-up' }, { failure: 'failed', code: 'AI.UNREACHABLE' }],
  ])('makes of %j what is to be done about it', async (behaviour, expected) => {
    expect(await failure(behaviour)).toMatchObject(expected);
    // Trying again is the business of the job queue.
    expect(server.questions).toHaveLength(1);
  });

  it('reads a date in Retry-After, and waits no longer than is sensible', async () => {
    const at = (milliseconds: number) => ({
      'retry-after': new Date(Date.now() + milliseconds).toUTCString(),
    });
    const soon = await failure({ kind: 'status', status: 429, headers: at(30_000) });
    expect(soon.retryAfterMs).toBeGreaterThan(28_000);
    expect((await failure({ kind: 'status', status: 429, headers: at(86_400_000) })).retryAfterMs).toBe(
      600_000,
    );
    expect((await failure({ kind: 'status', status: 429, headers: at(-60_000) })).retryAfterMs).toBe(0);
  });

  it('gives up on a server that takes too long, to begin with or in the middle', async () => {
    for (const behaviour of [
      { kind: 'silent' },
      { kind: 'answer', content: 'late', delayMs: 5_000 },
    ] as const) {
      const error = await failure(behaviour, { AI_TIMEOUT_MS: '150' });
      expect(error).toMatchObject({
        failure: 'failed',
        code: 'AI.TIMEOUT',
        tookLong: true,
        mayHaveUsedTokens: true,
      });
    }
  });

  it.each<[string, ModelBehaviour]>([
    ['in the open', { kind: 'flood', bytes: 3_000_000_000 }],
    ['as a gzip bomb', { kind: 'flood', bytes: 3_000_000_000, gzip: true }],
    ['with a status that says no', { kind: 'flood', bytes: 3_000_000_000, status: 400 }],
  ])('reads no more than 1 MiB of an answer %s', async (_how, behaviour) => {
    const before = process.memoryUsage().rss;
    let most = before;
    const polling = setInterval(() => (most = Math.max(most, process.memoryUsage().rss)), 5);
    const error = await failure(behaviour);
    clearInterval(polling);
    expect(error).toMatchObject({
      failure: 'failed',
      code: 'AI.GARBLED',
      message: expect.stringContaining('1048576 bytes') as unknown,
    });
    // The server of this test is in this process, too.
    expect(most - before).toBeLessThan(300 * 1024 * 1024);
  });

  it('follows no redirect, whatever its method', async () => {
    const elsewhere = await ModelServer.start();
    for (const status of [301, 302, 303, 307, 308]) {
      const headers = { location: `${elsewhere.url}/chat/completions` };
      expect(await failure({ kind: 'status', status, headers })).toMatchObject({
        failure: 'failed',
        code: 'AI.SERVER_ERROR',
        message: expect.stringContaining('OPENAI_BASE_URL') as unknown,
      });
    }
    expect(elsewhere.questions).toHaveLength(0);
    await elsewhere.close();
  });

  it('gives up on an answer that trickles in', async () => {
    expect(await failure({ kind: 'trickle' }, { AI_TIMEOUT_MS: '300' })).toMatchObject({
      failure: 'failed',
      code: 'AI.TIMEOUT',
    });
  });

  it('stops asking when the answer is no longer wanted', async () => {
    server.play(() => ({ kind: 'silent' }));
    const gone = new AbortController();
    const asking = model().ask(request, gone.signal);
    gone.abort(new Error('gone'));
    await expect(asking).rejects.toThrow('gone');
  });

  it('says that a server is not there', async () => {
    const away = await ModelServer.start();
    const { url } = away;
    await away.close();
    expect(await failure({ kind: 'silent' }, { OPENAI_BASE_URL: url })).toMatchObject({
      code: 'AI.UNREACHABLE',
      message: expect.stringContaining('ECONNREFUSED') as unknown,
    });
  });

  it('tells an answer that was cut off, and one that the model does not want to give', async () => {
    server.play(() => ({ kind: 'answer', content: '{"sco', finishReason: 'length' }));
    expect(await model().ask(request, patient)).toMatchObject({ end: 'cut_off', text: '{"sco' });
    server.play(() => ({ kind: 'answer', content: '', refusal: 'I cannot help with that.' }));
    expect(await model().ask(request, patient)).toMatchObject({
      end: 'refused',
      text: 'I cannot help with that.',
    });
    server.play(() => ({ kind: 'answer', content: 'x', finishReason: 'content_filter' }));
    expect(await model().ask(request, patient)).toMatchObject({ end: 'refused' });
  });

  it('has another fingerprint with another key, model or address, and gives none of them away', () => {
    const prints = [
      model(),
      model({ OPENAI_API_KEY: 'sk-other' }),
      model({ OPENAI_MODEL: 'big' }),
      model({ OPENAI_BASE_URL: 'http://x/v1' }),
    ].map(({ fingerprint }) => fingerprint);
    expect(new Set(prints).size).toBe(4);
    expect(prints.join()).not.toContain(KEY);
    expect(model({ OPENAI_BASE_URL: 'https://x.test/v1?api-version=1#y' }).endpoint).toBe(
      'https://x.test/v1',
    );
  });
});

describe('the settings', () => {
  it('need a model beside an address, and refuse nonsense without repeating it', () => {
    expect(() => loadAiWorkerConfig({ OPENAI_BASE_URL: 'http://localhost:11434/v1' })).toThrow(
      'OPENAI_MODEL must be set',
    );
    expect(() => loadAiWorkerConfig({ OPENAI_BASE_URL: 'https://user:secret@host/v1' })).toThrow(
      /OPENAI_BASE_URL/,
    );
    expect(() => loadAiWorkerConfig({ AI_AUTO_ENRICH: 'always' })).toThrow(/AI_AUTO_ENRICH/);
    expect(() => loadAiWorkerConfig({ AI_CONCURRENCY: '0' })).toThrow(/AI_CONCURRENCY/);
    expect(loadAiWorkerConfig({}).hasModel).toBe(false);
    expect(loadAiWorkerConfig({ OPENAI_API_KEY: KEY })).toMatchObject({
      hasModel: true,
      baseUrl: 'https://api.openai.com/v1',
    });
  });
});
