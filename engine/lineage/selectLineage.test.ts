import type { SelectLineage } from '../../core/lineage.ts';
import { testBench } from '../testing/bench.ts';
import { selectLineage } from './selectLineage.ts';

const bench = testBench();

const relation = (name: string, columns: string) => ({
  name,
  columns: [...columns].map((column) => ({ name: column, type: 'INTEGER' })),
});
const RELATIONS = [
  relation('t', 'abck'),
  relation('u', 'adk'),
  { name: 'time', columns: [{ name: 'hour', type: 'INTEGER' }] },
];

/** `column=relation.column` for values, `relation.column:use` for rows. */
const shown = ({ columns, rows }: SelectLineage) => ({
  values: columns
    .map(
      ({ column, from }) =>
        `${column}=${from
          .map((f) => `${f.relation}.${f.column}`)
          .sort()
          .join('+')}`,
    )
    .join(' '),
  rows: rows
    .map((f) => `${f.relation}.${f.column}:${[...f.uses].sort().join('+')}`)
    .sort()
    .join(' '),
});

const CASES: [what: string, sql: string, values: string, rows: string][] = [
  ['aliases', 'SELECT x.a AS z FROM t AS x', 'z=t.a', ''],
  ['a star', 'SELECT * FROM u', 'a=u.a d=u.d k=u.k', ''],
  [
    'a star of a subquery',
    'SELECT x.* FROM (SELECT a, b AS z FROM t WHERE c > 1) AS x',
    'a=t.a z=t.b',
    't.c:filter',
  ],
  [
    'USING',
    'SELECT k, b, d FROM t JOIN u USING (k)',
    'k=t.k+u.k b=t.b d=u.d',
    't.k:join u.k:join',
  ],
  [
    'a join by WHERE',
    'SELECT t.a, d FROM t, u WHERE t.k = u.k',
    'a=t.a d=u.d',
    't.k:filter u.k:filter',
  ],
  [
    'CTEs one upon the other',
    'WITH x AS (SELECT a, b FROM t), y AS (SELECT a AS q FROM x WHERE b = 1) SELECT q FROM y',
    'q=t.a',
    't.b:filter',
  ],
  [
    'a CTE with the name of a table',
    'WITH t AS (SELECT a, d FROM u) SELECT a, d FROM t',
    'a=u.a d=u.d',
    '',
  ],
  [
    'UNION ALL',
    'SELECT a FROM t UNION ALL SELECT d FROM u WHERE k = 1',
    'a=t.a+u.d',
    'u.k:filter',
  ],
  [
    'UNION sets repeats aside',
    'SELECT a FROM t UNION SELECT d FROM u',
    'a=t.a+u.d',
    't.a:group u.d:group',
  ],
  [
    'EXCEPT',
    'SELECT a FROM t EXCEPT SELECT d FROM u',
    'a=t.a+u.d',
    't.a:group u.d:filter+group',
  ],
  [
    'DISTINCT within',
    'SELECT count(*) AS n FROM (SELECT DISTINCT a FROM t) AS x',
    'n=',
    't.a:group',
  ],
  [
    'DISTINCT of a star',
    'SELECT count(*) AS n FROM (SELECT DISTINCT * FROM u) AS x',
    'n=',
    'u.a:group u.d:group u.k:group',
  ],
  [
    'a window',
    'SELECT row_number() OVER (PARTITION BY b ORDER BY c) AS r FROM t',
    'r=t.b+t.c',
    't.b:window t.c:window',
  ],
  [
    'HAVING',
    'SELECT a, count(*) AS n FROM t GROUP BY a HAVING max(c) > 1',
    'a=t.a n=',
    't.a:group t.c:filter',
  ],
  [
    'GROUP BY a place',
    'SELECT a + b AS s, count(*) AS n FROM t GROUP BY 1',
    's=t.a+t.b n=',
    't.a:group t.b:group',
  ],
  [
    'a CASE',
    'SELECT CASE WHEN c > 1 THEN a ELSE b END AS z FROM t',
    'z=t.a+t.b+t.c',
    '',
  ],
  [
    'ORDER BY and LIMIT',
    'SELECT a FROM t ORDER BY c LIMIT 1',
    'a=t.a',
    't.c:order',
  ],
  [
    'IN a subquery',
    'SELECT a FROM t WHERE b IN (SELECT d FROM u)',
    'a=t.a',
    't.b:filter u.d:filter',
  ],
  [
    'EXISTS',
    'SELECT a FROM t WHERE EXISTS (SELECT 1 FROM u WHERE u.k = t.k)',
    'a=t.a',
    't.k:filter u.k:filter',
  ],
  [
    'a scalar subquery',
    'SELECT (SELECT max(d) FROM u) AS m FROM t',
    'm=u.d',
    '',
  ],
  [
    'a table whose name is a word of the grammar',
    'SELECT time.hour FROM time',
    'hour=time.hour',
    '',
  ],
  ['capital letters', 'SELECT A FROM T', 'A=t.a', ''],
  ['a constant', 'SELECT 1 AS one FROM t', 'one=', ''],
];

test.each(CASES)('%s', async (_, sql, values, rows) => {
  const { db } = await bench();
  expect(shown(await selectLineage(db, sql, RELATIONS))).toEqual({
    values,
    rows,
  });
});

test('how values come about, through all steps', async () => {
  const { db } = await bench();
  const sql =
    'WITH x AS (SELECT a, sum(b) AS s, count(*) AS n, c + 1 AS p FROM t GROUP BY a, c) ' +
    'SELECT a, CAST(a AS VARCHAR) AS v, s, n, p, CAST(p AS VARCHAR) AS w FROM x';
  const { columns } = await selectLineage(db, sql, RELATIONS);
  expect(
    Object.fromEntries(columns.map((c) => [c.column, c.derivation])),
  ).toEqual({
    a: 'as it is',
    v: 'cast',
    s: 'aggregated',
    n: 'aggregated',
    p: 'computed',
    w: 'computed',
  });
});

test.each([
  ['a column that is not there', 'SELECT nope FROM t'],
  ['no SELECT', 'SELEC a FROM t'],
])('%s is an error, not a guess', async (_, sql) => {
  const { db } = await bench();
  await expect(selectLineage(db, sql, RELATIONS)).rejects.toThrow();
});
