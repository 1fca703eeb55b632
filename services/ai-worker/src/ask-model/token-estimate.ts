import type { Message } from '../prompt/messages.js';
import { SYSTEM_PROMPT } from '../prompt/system-prompt.js';

/** Characters per token, low enough to set aside rather too many than too few. */
const CHARACTERS_PER_TOKEN = 3;

/** About how many tokens a text is, for servers that do not say. */
export function tokensOf(text: string): number {
  return Math.ceil(text.length / CHARACTERS_PER_TOKEN);
}

/** About how many tokens a question is, with the system prompt. */
export function estimateTokens(messages: readonly Message[]): number {
  return messages.reduce((sum, { content }) => sum + tokensOf(content), tokensOf(SYSTEM_PROMPT));
}
