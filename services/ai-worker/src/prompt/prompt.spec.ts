import { anEnvelope } from '@mcm/testing';
import { factsOf } from '../../test/findings.js';
import { ANSWER_SCHEMA } from './answer-schema.js';
import { inputHash, promptHash, question } from './messages.js';
import { PROMPT_VERSION, SYSTEM_PROMPT } from './system-prompt.js';

describe('the prompt', () => {
  it('is the one of its version: a change needs a new version', () => {
    expect([PROMPT_VERSION, promptHash()]).toEqual([
      '2026-11.1',
      '873bfb59805edbc9637f3bf969e77a18a6cf924ae8d8a4b48370062c9b3a3494',
    ]);
  });

  it('frames the data with a mark that follows from all of it', () => {
    const one = factsOf([anEnvelope({ raw_data: { location: 'Kenya' } })]);
    const [message] = question(one);
    const mark = /^BEGIN DATA (\w{16})\n/.exec(message!.content)?.[1];
    expect(message!.content.split(`END DATA ${mark}`)).toHaveLength(2);
    expect(question(factsOf([anEnvelope({ raw_data: { location: 'Korea' } })]))[0]!.content).not.toContain(
      mark,
    );
  });

  it('is another question with every other model, place and fact', () => {
    const one = factsOf([anEnvelope()]);
    const hashes = [
      inputHash(one, 'http://a', 'm'),
      inputHash(one, 'http://a', 'n'),
      inputHash(one, 'http://b', 'm'),
      inputHash(factsOf([anEnvelope({ event_type: 'login_success' })]), 'http://a', 'm'),
    ];
    expect(new Set(hashes).size).toBe(hashes.length);
    expect(inputHash(factsOf([anEnvelope({ user: 'bob' })], { user: 'bob' }), 'http://a', 'm')).toBe(
      hashes[0],
    );
  });

  it('demands an answer in the strict subset of JSON Schema', () => {
    const objects: Record<string, unknown>[] = [];
    const walk = (node: unknown): void => {
      if (typeof node !== 'object' || node === null) return;
      if ((node as { type?: unknown }).type === 'object') objects.push(node as Record<string, unknown>);
      Object.values(node).forEach(walk);
    };
    walk(ANSWER_SCHEMA);
    expect(objects).toHaveLength(9);
    for (const { properties, required, additionalProperties } of objects) {
      expect(additionalProperties).toBe(false);
      expect(required).toEqual(Object.keys(properties as object));
    }
    expect(JSON.stringify(ANSWER_SCHEMA)).not.toMatch(/"(\$schema|minimum|maximum|maxLength|pattern)"/);
  });

  it('says in its own words nothing of any finding', () => {
    expect(SYSTEM_PROMPT).not.toMatch(/\$\{|alice|203\.0/);
  });
});
