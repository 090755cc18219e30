import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { execute } from '../../cli/localMachine.ts';
import { rollback } from '../../functions/rollback/handler.ts';
import { type Ledger, readLedger } from '../../functions/shared/ledger.ts';
import { newExecution } from '../../platform/local/localExecutions.ts';
import type { Platform } from '../../platform/ports.ts';
import { postgresLoader } from '../../platform/postgres/postgresLoader.ts';
import { writeRecording } from '../../scripts/record.ts';
import {
  type PostgresServer,
  postgresProgram,
  startPostgres,
} from '../servers/postgres.ts';
import { publishedRows } from '../support/goldenRows.ts';
import { type TestLake, testLakes } from '../support/testLake.ts';

const SECRET = 'tests/warehouse';
const PASSWORD = 'the-first-one';

const suite = () => {
  let server: PostgresServer;
  let lake: TestLake;
  let platform: Platform;
  let login: Record<string, unknown>;
  let schema: string;
  let schemas = 0;
  const newLake = testLakes();
  let recordings: string;

  beforeAll(async () => {
    server = await startPostgres();
    recordings = join((await newLake()).lake, 'recordings');
    await writeRecording('arrivals', recordings, {
      ...{ seed: 3, from: '2016-04', periods: 3 },
    });
    await writeRecording('loans', recordings, {
      ...{ seed: 3, from: '2022-09-01', periods: 3 },
    });
    await server.query(`CREATE USER loader PASSWORD '${PASSWORD}'`);
    await server.query('CREATE USER reader');
    await server.query('GRANT CREATE ON DATABASE tests TO loader');
  }, 60_000);
  afterAll(() => server?.stop());

  beforeEach(async () => {
    lake = await newLake();
    schema = `copy_${++schemas}`;
    login = {
      ...{ host: '127.0.0.1', port: server.port, dbname: 'tests' },
      ...{ username: 'loader', password: PASSWORD },
    };
    const secrets = { read: async () => login };
    const { definitions } = lake.platform;
    platform = {
      ...lake.platform,
      secrets,
      destinations: { postgres: postgresLoader(secrets) },
      definitions: {
        ...definitions,
        plan: async (name) => {
          const plan = await definitions.plan(name);
          const tables = plan.tables.map((table) => table.name);
          const destination = { secret: SECRET, schema, tables };
          return {
            ...plan,
            destinations: [{ kind: 'postgres', ...destination }],
          };
        },
      },
    };
  });

  const run = async (pipeline: string, date: string) => {
    const options = { replay: recordings };
    const { error, run: id } = await execute(platform, {
      ...{ pipeline, date, options },
    });
    expect(error).toBeUndefined();
    return (await readLedger(platform, pipeline, id)) as Ledger;
  };
  const loadedBy = ({ loads = [] }: Ledger) =>
    Object.fromEntries(
      loads.flatMap(({ tables }) => tables.map((t) => [t.table, t.rows])),
    );
  const rollBack = async (pipeline: string) => {
    const id = await newExecution();
    const startedAt = new Date().toISOString();
    return rollback(platform)({ pipeline, execution: { id, startedAt } });
  };
  const count = async (table: string, where = 'true') => {
    const sql = `SELECT count(*)::int AS n FROM ${schema}.${table} WHERE ${where}`;
    return (await server.query<{ n: number }>(sql))[0]?.n;
  };

  /** Values as text, NULL as NULL: the copy's rows, and the lake's. */
  const same = async (pipeline: string) => {
    const { tables } = await platform.definitions.plan(pipeline);
    for (const { name, columns } of tables) {
      const exact = columns.filter(({ type }) => type !== 'double');
      const list = exact.map((c) => `"${c.name}"::text AS "${c.name}"`);
      const rows = await server.query<Record<string, string | null>>(
        `SELECT ${list} FROM ${schema}.${name}`,
      );
      const copied = rows.map((row) => JSON.stringify(Object.values(row)));
      const published = await publishedRows(
        platform,
        lake.lake,
        pipeline,
        name,
        columns,
      );
      expect(copied.sort()).toEqual(
        published.map(({ exact: of }) => of).sort(),
      );
    }
  };

  test('the copies have the rows of the lake, and types and keys', async () => {
    const ledger = await run('arrivals', '2016-04');
    expect(Object.keys(loadedBy(ledger))).toHaveLength(5);
    await same('arrivals');
    const types = await server.query(
      `SELECT column_name AS name, data_type AS type
       FROM information_schema.columns WHERE table_schema = $1
       AND table_name = 'dim_airport' ORDER BY ordinal_position`,
      [schema],
    );
    expect(types).toContainEqual({
      name: 'latitude',
      type: 'double precision',
    });
    const index = await server.query(
      'SELECT indexdef AS sql FROM pg_indexes WHERE schemaname = $1 AND tablename = $2',
      [schema, 'dim_airport'],
    );
    expect(index).toEqual([{ sql: expect.stringContaining('UNIQUE') }]);
  });

  test('only what has changed is loaded: a partition, or nothing', async () => {
    await run('arrivals', '2016-04');
    const april = await count('fact_arrivals');
    const may = await run('arrivals', '2016-05');
    const inMay = await count('fact_arrivals', 'arrive_month = 5');
    expect(loadedBy(may).fact_arrivals).toBe(inMay);
    expect(await count('fact_arrivals')).toBe((april ?? 0) + (inMay ?? 0));
    await same('arrivals');
    const again = await postgresLoader(platform.secrets).load({
      ...{ secret: SECRET, schema, published: async () => [] },
      rows: async () => '',
    });
    expect(again).toEqual([]);
  });

  test('a rollback takes the copies back as well', async () => {
    await run('arrivals', '2016-04');
    await run('arrivals', '2016-05');
    await rollBack('arrivals');
    expect(await count('fact_arrivals', 'arrive_month = 5')).toBe(0);
    await same('arrivals');
    await rollBack('arrivals');
    expect(await count('fact_arrivals')).toBe(0);
  });

  test('readers see all tables of one run or of the other', async () => {
    await run('loans', '2022-09-01');
    let isOver = false;
    const seen = new Set<string>();
    const reading = (async () => {
      while (!isOver) {
        const rows = await server.query<{ loans: string; counted: string }>(
          `SELECT (SELECT count(*) FROM ${schema}.loans) AS loans,
             (SELECT sum(loans) FROM ${schema}.loans_by_category) AS counted`,
        );
        seen.add(JSON.stringify(rows[0]));
      }
    })();
    for (const day of ['02', '03']) await run('loans', `2022-09-${day}`);
    isOver = true;
    await reading;
    for (const row of seen) {
      const { loans, counted } = JSON.parse(row);
      expect(loans).toBe(counted);
    }
    expect(seen.size).toBeGreaterThan(1);
  });

  test('rights and views of a person stay', async () => {
    await run('loans', '2022-09-01');
    const before = await count('loans');
    await server.query(`GRANT USAGE ON SCHEMA ${schema} TO reader`);
    await server.query(`GRANT SELECT ON ${schema}.loans TO reader`);
    await server.query(
      `CREATE VIEW ${schema}.mine AS SELECT * FROM ${schema}.loans_by_category`,
    );
    await run('loans', '2022-09-02');
    expect(await count('loans')).toBeGreaterThan(before ?? 0);
    const [may] = await server.query<{ may: boolean }>(
      "SELECT has_table_privilege('reader', $1, 'SELECT') AS may",
      [`${schema}.loans`],
    );
    expect(may?.may).toBe(true);
    expect(await count('mine')).toBe(await count('loans_by_category'));
    await same('loans');
  });

  test('a server that is away fails no run; the next one brings all', async () => {
    await run('loans', '2022-09-01');
    await server.kill();
    const missed = await run('loans', '2022-09-02');
    expect(missed.outcome).toBe('published');
    expect(missed.notices).toEqual([
      expect.stringMatching(
        /not loaded, the next run tries again: .*ECONNREFUSED/,
      ),
    ]);
    await server.restart();
    await run('loans', '2022-09-03');
    await same('loans');
  });

  test('refused credentials are told without them', async () => {
    login = { ...login, password: 'wrong-one' };
    const { notices = [] } = await run('loans', '2022-09-01');
    expect(notices.join()).toContain('password authentication failed');
    expect(notices.join()).not.toContain('wrong-one');
  });

  test('a server elsewhere is spoken to by TLS alone', async () => {
    login = { ...login, tls: true };
    const { notices = [] } = await run('loans', '2022-09-01');
    expect(notices.join()).toMatch(/ca or caFile|does not support SSL/);
  });

  test('a view in the place of a table is named, and stays', async () => {
    await server.query(`CREATE SCHEMA ${schema} AUTHORIZATION loader`);
    await server.query(`CREATE VIEW ${schema}.loans AS SELECT 1 AS mine`);
    const { notices = [] } = await run('loans', '2022-09-01');
    expect(notices.join()).toContain(
      `${schema}.loans is there and no table: name another schema`,
    );
    expect(await count('loans', 'mine = 1')).toBe(1);
  });

  test('a load that broke off leaves the copies, and is done again', async () => {
    await run('loans', '2022-09-01');
    const before = await count('loans');
    const loader = postgresLoader(platform.secrets);
    const table = {
      ...{ name: 'loans', key: [], partitionBy: [] },
      columns: [{ name: 'loan_id', type: 'bigint' } as const],
      pieces: [{ values: {}, snapshot: 'another' }],
    };
    const broken = join(lake.lake, 'broken.csv');
    await expect(
      loader.load({
        ...{ secret: SECRET, schema, published: async () => [table] },
        rows: async () => {
          writeFileSync(broken, '1\n2\nthree\n');
          return broken;
        },
      }),
    ).rejects.toThrow('invalid input syntax for type bigint: "three"');
    expect(await count('loans')).toBe(before);
    await run('loans', '2022-09-02');
    await same('loans');
    const staging = await server.query(
      "SELECT nspname FROM pg_namespace WHERE nspname LIKE '%staging'",
    );
    expect(staging).toEqual([]);
  });
};

// A newcomer's machine may have no server; CI has one.
if (postgresProgram()) describe('tables in a real PostgreSQL', suite);
else
  test('there is no PostgreSQL on this machine', () =>
    expect(process.env.CI).toBeUndefined());
