import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { tributary } from '../../cli/testing/tributary.ts';

/** A case is a folder: a pipeline, and the faults to be found, a line each. */
const FIXTURE = join(import.meta.dirname, 'fixture');
const cases = readdirSync(FIXTURE, { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .map(({ name }) => name);

const expected = (name: string) =>
  readFileSync(join(FIXTURE, name, 'expected.txt'), 'utf8')
    .split('\n')
    .filter((line) => line !== '');

const found = new Map<string, string[]>();
let code: number | null;

beforeAll(async () => {
  const args = ['validate', '--json', '--pipelines', FIXTURE];
  const ended = await tributary(args);
  code = ended.code;
  for (const { pipeline, faults } of JSON.parse(ended.stdout))
    found.set(pipeline, faults);
});

test.each(cases)('%s', (name) => {
  expect(found.get(name)).toEqual(expected(name));
});

test('one unsound definition among others is enough to be refused', () => {
  expect(cases.filter((name) => expected(name).length === 0)).toEqual([
    'sound',
  ]);
  expect(code).toBe(2);
});

test('a fault is told to a person on stderr, what is sound on stdout', async () => {
  const names = ['sound', 'wrong_column_name'];
  const ended = await tributary(['validate', ...names, '--pipelines', FIXTURE]);
  const [fault] = expected('wrong_column_name');
  expect(ended).toEqual({
    code: 2,
    stdout: 'sound: sound\n',
    stderr: `wrong_column_name: ${fault}\n`,
  });
});

test('a sound definition ends with 0', async () => {
  const ended = await tributary(['validate', 'sound', '--pipelines', FIXTURE]);
  expect(ended).toEqual({ code: 0, stdout: 'sound: sound\n', stderr: '' });
});
