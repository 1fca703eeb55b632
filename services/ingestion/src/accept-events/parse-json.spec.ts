import { AppError } from '@mcm/kernel';
import { parseJsonBody } from './parse-json.js';

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
