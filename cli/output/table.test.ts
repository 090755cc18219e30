import { alignTable } from './table.ts';

test('columns are as wide as their widest value, numbers to the right', () => {
  const text = alignTable(
    ['name', 'n'],
    [
      ['a', 1],
      ['longer', -20.5],
      [null, undefined],
    ],
  );
  expect(text.split('\n')).toEqual([
    'name        n',
    '------  -----',
    'a           1',
    'longer  -20.5',
    '',
  ]);
});

test('a table may have more rows than a call has arguments', () => {
  const rows = Array.from({ length: 300_000 }, (_, i) => [i]);
  const lines = alignTable(['i'], rows).split('\n');
  expect(lines).toHaveLength(300_002);
  expect(lines[2]).toBe('     0');
});
