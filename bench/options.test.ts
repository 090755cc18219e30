import { PARTS, readOptions } from './options.ts';

test('what takes long has to be asked for', () => {
  expect(readOptions([]).only).toEqual(PARTS.filter((p) => p !== 'spark'));
  expect(readOptions(['--only', 'spark', '--rows', '1e6'])).toMatchObject({
    only: ['spark'],
    rows: 1_000_000,
  });
});

test.each([
  ['--rows', 'few'],
  ['--rows', '0'],
  ['--runs', '1.5'],
  ['--only', 'sparks'],
])('%s %s is no option', (name, value) => {
  expect(() => readOptions([name, value])).toThrow(`${name} ${value}: write`);
});
