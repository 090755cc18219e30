import fc from 'fast-check';
import type { PlanSource } from '../../core/plan.ts';
import { recordsOf } from '../../engine/decode/recordsOf.ts';
import { countInText } from './countInText.ts';

const source = {
  ...{ name: 's', columns: [], form: { format: 'json', unused: [] } },
} as unknown as PlanSource;

const file = { path: 'a.json' };
const counted = (text: string) => countInText(source, file, Buffer.from(text));
const decoded = (text: string) => {
  const lines = text.replace('\ufeff', '').split(/\r?\n/);
  return [...recordsOf(source, file, lines)].length;
};

test.each<[string, number]>([
  ['{"a": 1}', 1],
  ['{"a": 1}\n', 1],
  ['{"a": 1}\r\n', 1],
  ['\ufeff{"a": 1}\n', 1],
  ['{"a": "{"}\n\n', 1],
  ['{"a": 1} {"a": 2}', 2],
  ['{"a": 1}{"a": 2}\n', 2],
  ['{"a": 1}\n{"a": 2}', 2],
  ['{"a":\n1}', 1],
  ['{"a": 1', 1],
  ['oops', 1],
  [' {"a": 1}', 1],
  ['[{}, {}]', 1],
  ['\n', 0],
  ['{"a": "\\\\"}', 1],
  ['{"a": "\\"}', 1],
  ['{"a": "\\\n"}', 2],
  ['{"\\""} {"a":"}', 2],
  ['{"a": 1}\v\f\r', 1],
  ['{"a": 1}\u00a0', 1],
  ['{"a": 1} b', 2],
])('%j holds %i records, as many as are decoded', (text, records) => {
  expect(counted(text)).toBe(records);
  expect(decoded(text)).toBe(records);
});

test.each<[string, number]>([
  ['[{"a": 1}\n,{"a": 2}]\n', 2],
  ['[[], 1, null]', 3],
  ['\ufeff[ ]', 0],
  [' \n', 0],
])('%j holds %i records, where the page is the list', (text, records) => {
  const form = { ...source.form, records: null } as PlanSource['form'];
  const lists = { ...source, form };
  expect(countInText(lists, file, Buffer.from(text))).toBe(records);
});

test('any text holds as many records as are decoded', () => {
  const parts = [...'{}[]":,\\ 1', '\r', '\n', '{"a":1}', 'é', '\u2028'];
  const text = fc
    .array(fc.constantFrom(...parts), { maxLength: 9 })
    .map((some) => `{${some.join('')}`);
  fc.assert(
    fc.property(text, (one) => counted(one) === decoded(one)),
    { numRuns: 5000 },
  );
});
