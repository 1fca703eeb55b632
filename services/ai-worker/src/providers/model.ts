import { AppError } from '@mcm/kernel';
import type { Message } from '../prompt/messages.js';

/** A question to a model. */
export interface ModelRequest {
  system: string;
  messages: readonly Message[];
  /** JSON Schema of the answer. */
  schema: Readonly<Record<string, unknown>>;
  maxOutputTokens: number;
}

/** What a model answered; nothing about it is checked yet. */
export interface ModelReply {
  text: string;
  /** `cut_off`: it did not come to an end. `refused`: it says that it does not want to answer. */
  end: 'complete' | 'cut_off' | 'refused';
  /** The model that the server names. */
  model: string;
  /** Null when the server does not say. */
  inputTokens: number | null;
  outputTokens: number | null;
}

/**
 * What kept a model from answering, and with it what to do about it:
 *
 * - `refused`: key or model are wrong. Nothing helps but other settings.
 * - `limited`: the server asks for a pause.
 * - `failed`: the server is down, slow, or answered with half a body. Trying again may help.
 * - `unusable`: the server does not take this request. Trying the same again does not help.
 */
export type ModelFailureKind = 'refused' | 'limited' | 'failed' | 'unusable';

/** A model did not answer. `message` is for people and never holds a key. */
export class ModelFailure extends AppError {
  constructor(
    readonly failure: ModelFailureKind,
    code: string,
    message: string,
    options: { cause?: unknown; retryAfterMs?: number; tookLong?: boolean; mayHaveUsedTokens?: boolean } = {},
  ) {
    super('unavailable', code, message, { cause: options.cause });
    this.retryAfterMs = options.retryAfterMs ?? null;
    this.tookLong = options.tookLong ?? false;
    this.mayHaveUsedTokens = options.mayHaveUsedTokens ?? false;
  }

  /** How long the server wants to be left alone, if it said so. */
  readonly retryAfterMs: number | null;
  /** The time for an answer was over: a second try takes as long again. */
  readonly tookLong: boolean;
  /** The server may have worked on it and charges for that. */
  readonly mayHaveUsedTokens: boolean;
}

/** Asks one language model. */
export interface Model {
  readonly name: string;
  /** Where it is, without credentials. */
  readonly endpoint: string;
  /** Changes with everything that decides whether asking works: address, model, key. Not reversible. */
  readonly fingerprint: string;
  /** Longest time that one question may take, in milliseconds. */
  readonly timeoutMs: number;
  /**
   * @throws ModelFailure
   * @throws the signal's reason when it was aborted
   */
  ask(request: ModelRequest, signal: AbortSignal): Promise<ModelReply>;
}
/** The model of this process; null when none is configured. */
export const MODEL = Symbol('Model');
