import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { tributary } from '../../cli/testing/tributary.ts';
import type { Plan } from '../../core/plan.ts';
import { questionSql } from '../../dashboards/metabase/questionSql.ts';
import { localDefinitions } from '../../platform/local/localDefinitions.ts';
import {
  type PostgresServer,
  postgresProgram,
  startPostgres,
} from '../servers/postgres.ts';
import { renderRows } from '../support/cardAnswers.ts';
import { ROOT } from '../support/tsc.ts';

type Values = Readonly<Record<string, string>>;

/**
 * What Metabase makes of a question: optional parts whose variables are not set
 * are left out, and values are handed over apart from the text.
 */
const asMetabase = (native: string, values: Values) => {
  const params: string[] = [];
  const isSet = (part: string) =>
    [...part.matchAll(/\{\{(\w+)\}\}/g)].every(
      ([, name]) => values[name ?? ''],
    );
  const sql = native
    .replace(/\[\[(.*?)\]\]/gs, (_, part: string) => (isSet(part) ? part : ''))
    .replace(/\{\{(\w+)\}\}/g, (_, name: string) => {
      params.push(values[name] ?? '');
      return `$${params.length}`;
    });
  return { sql, params };
};

const suite = () => {
  const definitions = localDefinitions(join(ROOT, 'pipelines'));
  let server: PostgresServer;
  let folder: string;
  let lake: string;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'tributary-metabase-'));
    lake = join(folder, 'lake');
    server = await startPostgres();
    await server.query("CREATE USER loader PASSWORD 'word'");
    await server.query('GRANT CREATE ON DATABASE tests TO loader');
    await mkdir(join(folder, '.secrets'));
    await writeFile(
      join(folder, '.secrets', 'warehouse.json'),
      JSON.stringify({
        ...{ host: '127.0.0.1', port: server.port, dbname: 'tests' },
        ...{ username: 'loader', password: 'word' },
      }),
    );
    const ran = await tributary(['run', '--lake', lake], folder);
    expect(ran).toMatchObject({ code: 0, stderr: '' });
  }, 180_000);
  afterAll(async () => {
    await server?.stop();
    await rm(folder, { recursive: true, force: true });
  });

  /** Rows as JSON numbers and texts, on whichever engine they were made. */
  const plain = (rows: readonly (readonly unknown[])[]) =>
    rows.map((row) =>
      row.map((value) => {
        if (value instanceof Date) return value.toISOString().slice(0, 10);
        if (value === null || typeof value === 'boolean') return value;
        const text = String(value);
        if (/^\d{4}-\d\d-\d\d( .*)?$/.test(text)) return text.slice(0, 10);
        return text !== '' && Number.isFinite(Number(text))
          ? Number(Number(text).toPrecision(12))
          : text;
      }),
    );

  const ask = (native: string, values: Values) => {
    const { sql, params } = asMetabase(native, values);
    return server.query<Record<string, unknown>>(sql, params);
  };

  const onPostgres = async (plan: Plan, i: number, values: Values) => {
    const { sql } = plan.dashboard[i] as Plan['dashboard'][number];
    const { native } = questionSql(plan, sql, 'postgres');
    const rows = await ask(native, values);
    return plain(rows.map((row) => Object.values(row)));
  };

  test('samples are loaded where one asks for it, and once', async () => {
    const load = () =>
      tributary(['load', '--to', 'warehouse', '--lake', lake], folder);
    const first = await load();
    expect(first).toMatchObject({ code: 0, stderr: '' });
    expect(first.stdout).toMatch(
      /^crime: loaded: postgres warehouse, schema crime: crime_reported \d+ rows/m,
    );
    const again = (await load()).stdout.trim().split('\n');
    expect(again).toHaveLength(5);
    for (const line of again)
      expect(line).toMatch(/: holds what is published$/);
  }, 120_000);

  test.each(['arrivals', 'banks', 'crime', 'loans', 'songs'])(
    'the cards of %s say on PostgreSQL what they say here',
    async (name) => {
      const plan = await definitions.plan(name);
      const here = await renderRows(plan, resolve(lake), {});
      for (const [i, rows] of here.entries())
        expect([i, await onPostgres(plan, i, {})]).toEqual([i, plain(rows)]);
      for (const { sql } of plan.queries)
        await ask(questionSql(plan, sql, 'postgres').native, {});
    },
    60_000,
  );

  test('filters narrow the same rows', async () => {
    const plan = await definitions.plan('crime');
    const [[newest] = []] = await server
      .query<{ d: string }>(
        "SELECT to_char(max(occurred_at) - interval '40 days', 'YYYY-MM-DD') " +
          'AS d FROM crime.crime_reported',
      )
      .then((rows) => rows.map(({ d }) => [d]));
    const day = newest ?? '';
    const here = await renderRows(plan, resolve(lake), {
      occurred: { to: day },
      type: { values: ['THEFT'] },
    });
    const values = { occurred_to: day, type: 'THEFT' };
    for (const [i, rows] of here.entries())
      expect([i, await onPostgres(plan, i, values)]).toEqual([i, plain(rows)]);
    const whole = await renderRows(plan, resolve(lake), {});
    expect(plain(here.flat())).not.toEqual(plain(whole.flat()));
  });
};

if (postgresProgram()) describe('cards on PostgreSQL', suite);
else
  test('there is no PostgreSQL here', () => {
    expect(process.env.CI).toBeUndefined();
  });
