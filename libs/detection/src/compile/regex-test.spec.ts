import { RE2JS } from 're2js';
import { EVALUATION_LIMITS } from '../limits.js';
import { FieldSlots, RecordView } from '../evaluate/record-view.js';
import { regexTest } from './regex-test.js';

it('bounds what texts make an expression remember', () => {
  const regex = RE2JS.compile('a[ab]{300}[^ab]');
  const test = regexTest({ kind: 'regex', source: 'a[ab]{300}[^ab]', flags: '', regex });
  const slots = new FieldSlots();
  const view = new RecordView(slots);
  const slot = slots.slot('f');
  let state = 12_345;
  const look = () => {
    let text = '';
    while (text.length < 4_000) {
      state = (Math.imul(state, 1_103_515_245) + 12_345) & 0x7fffffff;
      text += (state >>> 16) & 1 ? 'a' : 'b';
    }
    view.reset({ f: text });
    expect(test(view.field(slot), 0, view)).toBe(false);
    return regex.re2().dfa.stateCount;
  };
  // A state of this expression takes about a kilobyte; by itself the library keeps 8 MiB of them.
  for (let i = 0; i < 5; i += 1) {
    const states = look();
    expect(states).toBeGreaterThan(0);
    expect(states).toBeLessThan(EVALUATION_LIMITS.automatonBytesMost / 500);
  }
  view.spending.divide(10_000);
  expect(look()).toBeLessThan(EVALUATION_LIMITS.automatonBytesMost / 500 / 20);
});
