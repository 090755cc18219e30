import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Plan } from '../core/plan.ts';
import { type Database, openDatabase } from '../engine/database.ts';
import { localDefinitions } from '../platform/local/localDefinitions.ts';
import { PIPELINES } from './support/testLake.ts';

let db: Database;
beforeEach(async () => {
  db = await openDatabase({ spillDir: join(tmpdir(), 'tributary-sql-rows') });
});
afterEach(() => db.close());

const textOf = (plan: Plan, file: string): string => {
  const { tables, queries, dashboard } = plan;
  const found = [...tables, ...queries, ...dashboard].find(
    ({ sql }) => sql.file === file,
  );
  if (!found) throw new Error(`no ${file}`);
  return found.sql.text;
};

/** The rows that a pipeline's SELECT gives over the given relations. */
const rowsOf = async (
  [pipeline, file]: readonly [string, string],
  relations: Readonly<Record<string, string>>,
): Promise<unknown[]> => {
  const plan = await localDefinitions(PIPELINES).plan(pipeline);
  for (const [name, select] of Object.entries(relations))
    await db.run(`CREATE OR REPLACE TEMP VIEW ${name} AS ${select}`);
  return db.rows(textOf(plan, file));
};

/** So many rows of `n`, from 0. */
const counted = (rows: number) => `(SELECT range AS n FROM range(${rows}))`;

describe('an exact half is rounded up, as on every engine', () => {
  const loans = (...amounts: string[]) =>
    `SELECT 'x' AS occupation, amount::DECIMAL(14, 2) AS loan_amount, ` +
    'amount::DECIMAL(14, 2) AS debt_record, 1 AS overdue ' +
    `FROM (VALUES ${amounts.map((a) => `(${a})`).join(', ')}) AS v(amount)`;
  const complaints = (of: number, customers: number) => ({
    dim_bank: "SELECT 'b' AS bank_id, 'B' AS bank_name, NULL AS cnpj",
    fact_complaints:
      "SELECT 'b' AS bank_id, '2021Q1' AS quarter_id, " +
      `${of} AS complaints, ${customers}::BIGINT AS customers`,
    fact_tariffs: "SELECT 'x' AS bank_id, 'x' AS service_id, false AS free",
  });
  const crimes = (solved: number, of: number) => ({
    crime_reported: `SELECT 'x' AS primary_type, n < ${solved} AS arrest FROM ${counted(of)}`,
  });
  const plays = (known: number, of: number) => ({
    songplays:
      `SELECT if(n < ${known}, 'paid', 'free') AS level, 1 AS user_id ` +
      `FROM ${counted(of)}`,
  });
  const scorecard = ['banks', 'sql/bank_scorecard.sql'] as const;
  const debt = ['loans', 'queries/debt_by_occupation.sql'] as const;
  const known = {
    songplays: `SELECT 'x' AS level, if(n < 201, 's', NULL) AS song_id FROM ${counted(20_000)}`,
  };

  test.each([
    [scorecard, complaints(343, 40_000_000), { complaints_per_million: 8.58 }],
    [scorecard, complaints(201, 200_000_000), { complaints_per_million: 1.01 }],
    [scorecard, complaints(0, 200_000_000), { complaints_per_million: 0 }],
    [scorecard, complaints(7, 0), { complaints_per_million: null }],
    [
      debt,
      { loans: loans('1.00', '1.01') },
      { mean_loan: 1.01, mean_debt: 1.01, mean_overdue: 1 },
    ],
    [debt, { loans: loans('8.57', '8.58', 'NULL') }, { mean_loan: 8.58 }],
    [debt, { loans: loans('-1.00', '-1.01') }, { mean_loan: -1 }],
    [debt, { loans: loans('NULL') }, { mean_loan: null, mean_overdue: 1 }],
    [
      ['crime', 'cards/unsolved_share.sql'],
      crimes(743, 800),
      { share: 0.0713 },
    ],
    [
      ['crime', 'queries/unsolved_share_by_type.sql'],
      crimes(743, 800),
      { unsolved_share: 0.0713 },
    ],
    [['crime', 'cards/unsolved_share.sql'], crimes(0, 0), { share: null }],
    [['songs', 'cards/totals.sql'], plays(57, 800), { paid_share: 0.0713 }],
    [['songs', 'queries/known_songs.sql'], known, { percent_known: 1.01 }],
  ] as const)('%j over %j', async (sql, relations, expected) => {
    expect(await rowsOf(sql, relations)).toEqual([
      expect.objectContaining(expected),
    ]);
  });
});

describe('the order of the files does not decide', () => {
  const ranking = (...kinds: string[]) =>
    kinds
      .map(
        (kind) =>
          `SELECT '00000001' AS cnpj, 'B' AS bank_name, ${kind} AS kind, ` +
          "2021 AS year, '1º' AS quarter",
      )
      .join(' UNION ALL ');
  const segments =
    "SELECT NULL::VARCHAR AS cnpj, '' AS segment, '' AS name WHERE false";
  const bank = (...kinds: string[]) =>
    rowsOf(['banks', 'sql/dim_bank.sql'], {
      ranking: ranking(...kinds),
      segments,
    });

  test('on the kind of a bank of two categories', async () => {
    const kinds = ["'Banco'", "'Financeira'", 'NULL'];
    const found = await bank(...kinds);
    expect(found).toMatchObject([
      { bank_id: 'C:00000001', kind: 'Financeira' },
    ]);
    expect(await bank(...kinds.toReversed())).toEqual(found);
  });

  const airport = (name: string, latitude: number) =>
    `SELECT 'A' AS city, 'NY' AS state_code, 'K1' AS ident, '${name}' AS ` +
    `airport_name, ${latitude} AS latitude, 1 AS longitude, ` +
    "'large_airport' AS kind, 5 AS score";
  const port = (...airports: string[]) =>
    rowsOf(['arrivals', 'sql/dim_airport.sql'], {
      fact_arrivals: "SELECT 'P' AS port_code",
      ports: "SELECT 'P' AS code, 'A, NY' AS label",
      airports: airports.join(' UNION ALL '),
    });

  test('on the airport of an ident that is listed twice', async () => {
    const found = await port(airport('b', 1), airport('a', 2), airport('a', 1));
    expect(found).toMatchObject([{ airport_name: 'a', latitude: 1 }]);
    expect(
      await port(airport('a', 1), airport('a', 2), airport('b', 1)),
    ).toEqual(found);
  });
});
