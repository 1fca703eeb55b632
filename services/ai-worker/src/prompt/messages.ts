import { createHash } from 'node:crypto';
import type { Facts } from '../facts/build-facts.js';
import { ANSWER_SCHEMA } from './answer-schema.js';
import { PROMPT_VERSION, SYSTEM_PROMPT } from './system-prompt.js';

/** One message of a conversation with a model. */
export interface Message {
  role: 'user' | 'assistant';
  content: string;
}

/** The question about a finding, to follow the system prompt. */
export function question(facts: Facts): Message[] {
  // The author of a log line cannot know the mark: it follows from the data that it would have to be part of.
  const mark = facts.hash.slice(0, 16);
  return [
    { role: 'user', content: `BEGIN DATA ${mark}\n${facts.text}\nEND DATA ${mark}\n\nAssess the finding.` },
  ];
}

/** The same conversation after an answer that is of no use, with what is wrong with it. */
export function repairQuestion(
  messages: readonly Message[],
  answer: string,
  problems: readonly string[],
): Message[] {
  const list = problems.slice(0, 8).map((problem) => `- ${problem}`);
  return [
    ...messages,
    { role: 'assistant', content: answer.slice(0, 8_000) },
    {
      role: 'user',
      content: `That answer cannot be used:\n${list.join('\n')}\nAnswer once more, whole, as JSON in the given schema.`,
    },
  ];
}

/** Hash of everything that decides the answer: two findings with the same one are the same question. */
export function inputHash(facts: Facts, endpoint: string, model: string): string {
  return createHash('sha256')
    .update(JSON.stringify([PROMPT_VERSION, endpoint, model, facts.text]))
    .digest('hex');
}

/** Hash of the fixed part, by which a test notices a change without a new version. */
export function promptHash(): string {
  const frame = question({ hash: '0'.repeat(64), text: '{}' } as Facts);
  const repair = repairQuestion([], '{}', ['it is wrong']);
  return createHash('sha256')
    .update(JSON.stringify([SYSTEM_PROMPT, ANSWER_SCHEMA, frame, repair]))
    .digest('hex');
}
