import { appendFile, cp, mkdtemp, rm, stat, truncate } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ExecutionResult } from '../../cli/localMachine.ts';
import {
  type FileSystem,
  fileSystem,
} from '../../platform/local/fileSystem.ts';
import { failAndGoOn, failingFileSystem } from './failAndGoOn.ts';
import type { Scene } from './killAndGoOn.ts';
import {
  answerOf,
  type Lakes,
  openLakes,
  platformOf,
  recordingOf,
  runHere,
} from './lakes.ts';
import { ledgersOf, problemsAtRest } from './problemsAtRest.ts';
import { rollBack, runAgain } from './scenes.ts';
import { type Watch, watchedFileSystem } from './watchedFileSystem.ts';

let lakes: Lakes;
let scene: Scene & { readonly replay: string };
beforeAll(async () => {
  lakes = await openLakes();
  const replay = recordingOf('corrected');
  scene = { ...(await runAgain(lakes)), replay };
});
afterAll(() => lakes.remove());

const ledgerOf = async (lake: string, run: string) =>
  (await ledgersOf(platformOf(lake))).find((ledger) => ledger.run === run);

/** The run has failed by its ledger, and all else is as it was. */
const expectAsBefore = async (
  lake: string,
  run: string,
  error: ExecutionResult['error'],
) => {
  expect(await ledgerOf(lake, run)).toMatchObject({ outcome: 'failed', error });
  expect(await answerOf(lake)).toBe(scene.before);
  expect(await problemsAtRest(lake)).toEqual([]);
};

describe.each<[string, RegExp, string | undefined]>([
  ['plan', /^plans\/shop\/[^.]+\.json\.tmp$/, undefined],
  ['plan, its ledger', /^runs\/shop\//, undefined],
  ['fetch', /manifest\.json\.tmp$/, 'failed'],
  ['transform', /\.output\.json\.tmp$/, 'failed'],
  ['transform, its tables', /part-0\.parquet$/, 'failed'],
  ['publish, its lease', /publish\/shop\/0+5\.json/, 'failed'],
  ['publish, its journal', /publish\/shop\/2/, 'failed'],
  ['publish, its moves', /catalog\/shop\.json/, 'failed'],
  // The third run's lease is number 5, what gives it back 6.
  ['publish, its release', /publish\/shop\/0+6\.json$/, 'published'],
  ['refresh', /ops\/runs\//, 'published'],
])('a disk that fails in %s', (_, pattern, outcome) => {
  const isBroken = ({ file }: { file: string }) => pattern.test(file);

  test(`ends the run as ${outcome ?? 'never begun'}`, async () => {
    const lake = await lakes.copy(scene.template);
    const fs = failingFileSystem(isBroken);
    const { run, error } = await runHere(lake, scene.replay, fs);
    expect(error?.message).toContain('disk full');
    const ledger = await ledgerOf(lake, run);
    expect(ledger?.outcome).toBe(outcome);
    if (outcome) expect(ledger?.error?.message).toBe(error?.message);
    const { before, after } = scene;
    expect(await answerOf(lake)).toBe(outcome === 'published' ? after : before);
  });

  test('leaves nothing to clean up, and the next run succeeds', async () => {
    expect(await failAndGoOn(lakes, scene, isBroken)).toEqual([]);
  });
});

test('what landed is flushed before anything made of it is published', async () => {
  const lake = await lakes.copy(scene.template);
  const done: string[] = [];
  const after: Watch['after'] = ({ name, file }) =>
    void done.push(`${name} ${file}`);
  await runHere(lake, scene.replay, watchedFileSystem({ after }));
  const landed = done.flatMap(
    (one) => /^rename (date=.+\.(?:csv|json))$/.exec(one)?.[1] ?? [],
  );
  expect(landed).toHaveLength(4);
  const isPublished = (one: string) => one.startsWith('rename lake');
  const before = done.slice(0, done.findIndex(isPublished));
  for (const file of landed) expect(before).toContain(`sync ${file}`);
});

test('a flush of what landed that fails ends the run as failed', async () => {
  const lake = await lakes.copy(scene.template);
  const fs = failingFileSystem(
    ({ name, file }) => name === 'sync' && file.endsWith('/lines.csv'),
  );
  const { run, error } = await runHere(lake, scene.replay, fs);
  expect(error?.message).toContain('disk full at sync');
  await expectAsBefore(lake, run, error);
});

/** A file system on which somebody spoils each such file once it is there. */
const spoiledFileSystem = (
  pattern: RegExp,
  spoil: (file: string) => Promise<void>,
): FileSystem => ({
  ...fileSystem,
  rename: async (from, to) => {
    await fileSystem.rename(from, to);
    if (pattern.test(String(to))) await spoil(String(to));
  },
});

const SPOILED: readonly [string, (file: string) => Promise<void>, string][] = [
  [
    'loses half',
    async (file) => truncate(file, Math.floor((await stat(file)).size / 2)),
    'it is not as it was written',
  ],
  [
    'grows',
    (file) => appendFile(file, 'more\n'),
    'it is not as it was written',
  ],
  ['is emptied', (file) => truncate(file), 'it is not as it was written'],
  ['goes', (file) => rm(file), 'gone'],
];

describe.each([
  ['a manifest', /landing\/shop\/.*manifest\.json$/],
  ['a plan', /plans\/shop\/[^.]+\.json$/],
  ['an output', /\.output\.json$/],
])('%s', (_, pattern) => {
  test.each(SPOILED)('that %s ends the run with its name', async (...row) => {
    const [, spoil, words] = row;
    const lake = await lakes.copy(scene.template);
    const fs = spoiledFileSystem(pattern, spoil);
    const { run, error } = await runHere(lake, scene.replay, fs);
    expect(error?.name).toBe('TributaryError');
    expect(error?.message).toMatch(/^pipeline shop/);
    expect(error?.message).toContain(words);
    await expectAsBefore(lake, run, error);
    expect((await runHere(lake, scene.replay)).error).toBeUndefined();
    expect(await answerOf(lake)).toBe(scene.after);
  });
});

test('a disk that fails at any move of a rollback', async () => {
  const back = await rollBack(lakes);
  const moves = back.report.operations.filter(({ name }) => name === 'rename');
  expect(moves.length).toBeGreaterThan(4);
  for (const { number } of moves)
    expect(
      await failAndGoOn(
        lakes,
        back,
        (operation) => operation.number === number,
      ),
    ).toEqual([]);
});

describe('an input that is wrong', () => {
  let input = '';
  beforeEach(async () => {
    input = await mkdtemp(join(tmpdir(), 'tributary-input-'));
    await cp(recordingOf('corrected'), input, { recursive: true });
  });
  afterEach(() => rm(input, { recursive: true }));

  test.each<[string, string, (folder: string) => Promise<void>]>([
    [
      'SourceError',
      'no file matches lines.csv',
      (folder) => rm(join(folder, 'lines.csv')),
    ],
    [
      'CheckError',
      'id, day',
      (folder) => appendFile(join(folder, 'lines.csv'), '1,eve,pen,1,3\n'),
    ],
  ])('ends in a %s that names it', async (name, words, spoil) => {
    const lake = await lakes.copy(scene.template);
    await spoil(join(input, 'shop'));
    const { run, error } = await runHere(lake, input);
    expect(error?.name).toBe(name);
    expect(error?.message).toContain(words);
    await expectAsBefore(lake, run, error);
  });
});
