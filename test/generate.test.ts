/** Invented input of any size, each record counted by rules of its own. */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { asyncBufferFromFile, parquetReadObjects } from 'hyparquet';
import { runOnce } from '../cli/runOnce.ts';
import { localPlatform } from '../platform/local/localPlatform.ts';
import { generateInput } from '../scripts/generate.ts';
import { PIPELINES } from './support/testLake.ts';

const ROWS = 3000;
let root = '';
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'tributary-generate-'));
});
afterAll(() => rm(root, { recursive: true, force: true }));

const filesOf = (folder: string): string[] =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => statSync(join(folder, name)).isFile())
    .sort();
const linesOf = (folder: string, below: string): string[] =>
  filesOf(folder)
    .filter((name) => name.startsWith(below))
    .flatMap((name) => {
      const text = readFileSync(join(folder, name), 'latin1');
      const lines = text.split(/\r?\n/).filter((line) => line !== '');
      return name.endsWith('.json') ? lines : lines.slice(1);
    });

/** Records by what must become of them, and the rows of a table made of them. */
interface Counted {
  readonly source: string;
  readonly table: string;
  readonly landed: number;
  readonly used: number;
  readonly dropped: number;
  readonly duplicates: number;
  readonly quarantined: number;
}
type Judge<T> = (
  record: T,
) => 'dropped' | 'quarantined' | { readonly key: unknown };

const count = <T>(
  [source, table]: readonly [string, string],
  records: readonly T[],
  judge: Judge<T>,
): Counted => {
  const counts = { used: 0, dropped: 0, duplicates: 0, quarantined: 0 };
  const keys = new Set<unknown>();
  for (const record of records) {
    const found = judge(record);
    if (typeof found === 'string') counts[found]++;
    else counts[keys.has(found.key) ? 'duplicates' : 'used']++;
    if (typeof found !== 'string') keys.add(found.key);
  }
  return { source, table, landed: records.length, ...counts };
};

interface Arrival {
  readonly cicid: number | null;
  readonly i94mode: number | null;
  readonly i94bir: number | null;
  readonly arrdate: number;
  readonly depdate: number | null;
}
const [FIRST_OF_APRIL, LAST_OF_APRIL] = [20_545, 20_574];
const judgeArrival: Judge<Arrival> = (record) => {
  const { cicid, i94mode, i94bir, arrdate, depdate } = record;
  if (!Number.isInteger(i94bir ?? 0)) return 'quarantined';
  const isKept = i94mode === 1 && (i94bir === null || i94bir >= 0);
  if (!isKept || arrdate < FIRST_OF_APRIL || arrdate > LAST_OF_APRIL)
    return 'dropped';
  if (cicid === null || (depdate !== null && depdate < arrdate))
    return 'quarantined';
  return { key: cicid };
};
const arrivalsIn = async (folder: string) => {
  const parts = filesOf(folder).filter((name) => name.endsWith('.parquet'));
  const read = parts.map(async (name) => {
    const file = await asyncBufferFromFile(join(folder, name));
    return (await parquetReadObjects({ file })) as unknown as Arrival[];
  });
  return (await Promise.all(read)).flat();
};

interface Play {
  readonly page: string;
  readonly ts: number | string;
}
const judgePlay: Judge<Play> = (play) => {
  if (typeof play.ts !== 'number') return 'quarantined';
  return play.page === 'NextSong' ? { key: play } : 'dropped';
};

const COUNT: Record<string, (folder: string) => Promise<Counted> | Counted> = {
  loans: (folder) =>
    count(['loan', 'loans'], linesOf(folder, 'loan.csv'), (line) =>
      /^ ,|FIVE LAKH/.test(line) ? 'quarantined' : { key: {} },
    ),
  crime: (folder) =>
    count(['reported', 'crime_reported'], linesOf(folder, 'crimes'), (line) =>
      line.split(',').length < 22
        ? 'quarantined'
        : { key: line.split(',', 1)[0] },
    ),
  songs: (folder) => {
    const plays = linesOf(folder, 'log_data').map(
      (line) => JSON.parse(line) as Play,
    );
    return count(['log_data', 'songplays'], plays, judgePlay);
  },
  arrivals: async (folder) =>
    count(
      ['immigration', 'fact_arrivals'],
      await arrivalsIn(folder),
      judgeArrival,
    ),
  banks: (folder) => {
    const tariffs = linesOf(folder, 'tariffs').flatMap(
      (line) => (JSON.parse(line) as { value: Record<string, string>[] }).value,
    );
    return count(['tariffs', 'fact_tariffs'], tariffs, ({ DataVigencia }) =>
      DataVigencia === 'em breve' ? 'quarantined' : { key: {} },
    );
  },
};
const names = readdirSync(PIPELINES, { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .map(({ name }) => name);

test.each(names)(
  '%s takes generated input, each record counted',
  async (name) => {
    const replay = join(root, 'input');
    const options = { rows: ROWS, seed: 5 };
    const expected = await COUNT[name]?.(
      await generateInput(name, replay, options),
    );
    if (!expected) throw new Error(`nothing counts the input of ${name}`);
    const { source, table, ...counts } = expected;
    expect(counts.landed).toBe(ROWS);
    expect(counts.quarantined).toBeGreaterThan(0);
    expect(counts.used).toBeGreaterThan(ROWS / 2);

    const lake = join(root, 'lake');
    const platform = localPlatform({ lake, pipelines: PIPELINES });
    const { result, ledger } = await runOnce(platform, name, null, { replay });

    expect(result.error).toBeUndefined();
    const found = ledger?.sources.find((one) => one.source === source);
    expect(found).toMatchObject(counts);
    const written = ledger?.tables.find((one) => one.table === table);
    expect(written?.rows).toBe(counts.used);
  },
  120_000,
);

const digest = (folder: string): string => {
  const hash = createHash('sha256');
  for (const name of filesOf(folder))
    hash.update(name).update(readFileSync(join(folder, name)));
  return hash.digest('hex');
};

test.each(names)(
  'the input of %s follows from the seed',
  async (name) => {
    const made = (folder: string, seed: number) =>
      generateInput(name, join(root, folder), { rows: 500, seed }).then(digest);
    const first = await made('first', 1);
    expect(await made('again', 1)).toBe(first);
    expect(await made('other', 2)).not.toBe(first);
  },
  60_000,
);

const GENERATE = join(import.meta.dirname, '..', 'scripts', 'generate.ts');

const runNode = (args: readonly string[]) => {
  const { status, stderr } = spawnSync(process.execPath, args, {
    encoding: 'utf8',
  });
  return { code: status, stderr };
};

test('memory does not grow with the rows', () => {
  const rows = 700_000;
  const out = join(root, 'large');
  const { code, stderr } = runNode([
    ...['--max-old-space-size=24', GENERATE, '--pipeline', 'loans'],
    ...['--rows', `${rows}`, '--out', out],
  ]);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  const file = join(out, 'loans', 'loan.csv');
  expect(statSync(file).size).toBeGreaterThan(48 * 2 ** 20);
  expect(linesOf(join(out, 'loans'), 'loan.csv')).toHaveLength(rows);
}, 120_000);

test.each([
  ['nothing', [], '--pipeline, --rows and --out are needed'],
  [
    'half a row',
    ['--rows', '1.5'],
    '--rows 1.5: give a whole number from 1 on',
  ],
  ['no row', ['--rows', '0'], '--rows 0: give a whole number from 1 on'],
  ['a seed in words', ['--rows', '9', '--seed', 'x'], '--seed x: give'],
  ['a pipeline of nobody', ['--rows', '9', '--pipeline', 'tides'], 'of tides'],
])(
  '%s is refused',
  (_, args, said) => {
    const rest = args.length > 0 ? ['--pipeline', 'loans', '--out', root] : [];
    const { code, stderr } = runNode([GENERATE, ...rest, ...args]);
    expect(code).toBe(2);
    expect(stderr).toContain(said);
    expect(existsSync(join(root, 'loans'))).toBe(false);
  },
  60_000,
);

test('what is there is not overwritten', async () => {
  const options = { rows: 5, seed: 1 };
  const made = await generateInput('loans', join(root, 'twice'), options);
  const before = digest(made);
  const again = generateInput('loans', join(root, 'twice'), options);
  await expect(again).rejects.toThrow('is there already');
  expect(digest(made)).toBe(before);
  expect(readdirSync(join(root, 'twice'))).toEqual(['loans']);
});
