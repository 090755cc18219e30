import type { PlanSource } from '../../core/plan.ts';
import { recordsOf } from '../../engine/decode/recordsOf.ts';
import { countInText } from './countInText.ts';

const source = {
  ...{ name: 's', columns: [], form: { format: 'json', unused: [] } },
} as unknown as PlanSource;

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
])('%j holds %i records, as many as are decoded', (text, records) => {
  const file = { path: 'a.json' };
  expect(countInText(source, file, Buffer.from(text))).toBe(records);
  const lines = text.replace('\ufeff', '').split(/\r?\n/);
  expect([...recordsOf(source, file, lines)]).toHaveLength(records);
});
