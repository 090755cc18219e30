import { csv, int, string } from '../../core/index.ts';
import { testBench } from '../testing/bench.ts';
import { figures, prepare } from '../testing/prepare.ts';

const bench = testBench();

/** Rows enough that several threads read one file. */
const ROWS = 400_000;
const EVERY = 9_973;

const isBad = (row: number) => row % EVERY === 0;
const filler = 'a remark that nobody reads';

const numbered = csv('numbered', {
  files: '*.csv',
  maxRejected: 1,
  oneRowPer: { key: ['group'] },
  columns: { group: string(), age: int(), row: int() },
  unused: ['remark'],
});

const body = (header: string, rowOf: (row: number) => string) =>
  `${header}\n${Array.from({ length: ROWS }, (_, i) => rowOf(i + 1)).join('\n')}`;

const files = {
  'a.csv': body(
    'group,age,row,remark',
    (row) => `g${row % 10},${isBad(row) ? 'old' : 1},${row},${filler}`,
  ),
  // Another order of columns, so that it is read apart.
  'b.csv': body(
    'remark,row,age,group',
    (row) => `${filler},${ROWS + row},${isBad(row) ? 'old' : 1},g${row % 10}`,
  ),
  'c.csv': 'group,age,row,remark\ng0,1,,last\ng1,old,,last\n',
};

test('a column may have the name of the number that the engine gives rows', async () => {
  const named = csv('named', {
    files: '*.csv',
    oneRowPer: { key: ['code'] },
    columns: { code: string(), rowid: int() },
  });
  const { rows, rejects } = await prepare(await bench(), named, {
    'a.csv': 'code,rowid\na,7\nb,7\na,\nc,x\nb,3\nd,7\n',
  });
  expect(rows.map(({ code, rowid }) => [code, rowid])).toEqual([
    ['a', null],
    ['b', 3],
    ['d', 7],
  ]);
  expect(rejects).toMatchObject([{ line: 5, raw: 'c,x' }]);
});

test('many threads leave rejects and duplicates in the order of the files', async () => {
  const { rejects, rows, ...result } = await prepare(
    await bench(),
    numbered,
    files,
  );
  const bad = Array.from(
    { length: Math.floor(ROWS / EVERY) },
    (_, i) => (i + 1) * EVERY,
  );
  const places = (path: string) => bad.map((row) => `${path}:${row + 1}`);
  expect(rejects.map(({ path, line }) => `${path}:${line}`)).toEqual([
    ...places('a.csv'),
    ...places('b.csv'),
    'c.csv:3',
  ]);
  // Of equal rows the last one is kept, and c.csv comes last.
  const kept = new Map(rows.map(({ group, row }) => [group, row]));
  expect(kept.get('g0')).toBeNull();
  expect(kept.get('g1')).toBe(ROWS + ROWS - 9);
  expect(figures({ rows, rejects, ...result })).toEqual({
    landed: 2 * ROWS + 2,
    used: 10,
    dropped: 0,
    duplicates: 2 * ROWS + 2 - 10 - rejects.length,
    quarantined: rejects.length,
  });
}, 60_000);
