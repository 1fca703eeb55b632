import { AppError } from '@mcm/kernel';
import { parseJsonBody, parseNdjson } from './parse-json.js';

describe('parseJsonBody', () => {
  const faultOf = (text: string) => {
    try {
      parseJsonBody(text);
    } catch (error) {
      if (error instanceof AppError) return error.message;
    }
    throw new Error('expected a refusal');
  };

  it('names line and column', () => {
    expect(faultOf('[\n  {"a": 1},\n  {"a": }\n]')).toContain('line 3, column 9');
  });

  it('does not quote the text: it may hold secrets', () => {
    expect(faultOf('{"password": hunter2}')).not.toContain('hunter2');
  });

  it('says that nothing was sent', () => {
    expect(faultOf('  ')).toContain('empty');
  });
});

describe('parseNdjson', () => {
  it('keeps the good lines beside a bad one, and numbers them', () => {
    const lines = parseNdjson('{"a":1}\r\n\n{"a":\n{"a":3}');
    expect(lines.map((line) => line.index)).toEqual([0, 2, 3]);
    expect(lines[1]).toHaveProperty('fault');
    expect(lines[2]).toMatchObject({ value: { a: 3 } });
  });

  it('reads an empty text as no lines', () => {
    expect(parseNdjson('')).toEqual([]);
  });
});
