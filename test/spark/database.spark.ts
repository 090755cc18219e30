/**
 * A table of a real server, read by the Spark job itself: the same rows, counts
 * and watermark as where it lands and DuckDB reads it.
 */
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { runOnce } from '../../cli/runOnce.ts';
import { testFolder } from '../../cli/testing/tributary.ts';
import type { Manifest } from '../../functions/fetch/manifest.ts';
import { record } from '../../functions/record/handler.ts';
import { localPlatform } from '../../platform/local/localPlatform.ts';
import { projectDrivers } from '../../platform/local/spark/projectSpark.ts';
import { makeCertificates } from '../mysql/certificates.ts';
import { type Mariadb, mariadbd, startMariadb } from '../mysql/startMariadb.ts';
import { findProgram } from '../servers/findProgram.ts';
import { compareLakes } from './compareLakes.ts';
import { FILL, ROWS } from './database/fill.ts';

const PASSWORD = 'not-to-be-seen';
const folder = testFolder();
const open = (name: string, pipelines: string, secrets: string) =>
  localPlatform({
    lake: join(folder(), name),
    pipelines: join(import.meta.dirname, 'database', pipelines),
    secrets: join(folder(), secrets),
  });

const suite = () => {
  let server: Mariadb;
  let ca = '';
  const writeSecret = async (
    name: string,
    password: string,
    tls: object = { tls: false },
  ) => {
    await mkdir(join(folder(), name, 'shop'), { recursive: true });
    await writeFile(
      join(folder(), name, 'shop', 'mysql.json'),
      JSON.stringify({
        host: '127.0.0.1',
        port: server.port,
        username: 'reader',
        password,
        dbname: 'crime',
        ...tls,
      }),
    );
  };

  beforeAll(async () => {
    server = await startMariadb(async (folder) => {
      const made = await makeCertificates(folder);
      ca = made.ca;
      return made.options;
    });
    await server.sql(
      `CREATE USER reader IDENTIFIED BY '${PASSWORD}'; GRANT SELECT ON crime.* TO reader;`,
    );
    await server.sql(FILL, ['--default-character-set=utf8mb4', 'crime']);
    await writeSecret('secrets', PASSWORD);
  });
  afterAll(() => server?.stop());

  const live = async (
    platform: ReturnType<typeof open>,
    date: string,
    engine?: 'duckdb',
  ) =>
    runOnce(platform, 'orders', date, {
      live: true,
      ...(engine && { engine }),
    });

  test('a table that is read by the job is as the one that lands', async () => {
    const landed = open('landed', 'landed', 'secrets');
    const unlanded = open('unlanded', 'unlanded', 'secrets');
    const both = async (date: string) => {
      const a = await live(landed, date, 'duckdb');
      const b = await live(unlanded, date);
      expect(a.result.error ?? b.result.error).toBeUndefined();
      expect(b.ledger?.engine).toEqual({
        name: 'spark',
        reason: 'its job reads placed itself',
      });
      const [ofA] = a.ledger?.sources ?? [];
      const { files: _, bytes: __, ...counts } = { ...ofA };
      expect(b.ledger?.sources).toMatchObject([
        { ...counts, files: expect.any(Number) },
      ]);
      const tables = await compareLakes(
        join(folder(), 'landed'),
        join(folder(), 'unlanded'),
      );
      const { rows, ...differing } =
        tables.find(({ table }) => table === 'orders.orders') ?? {};
      expect(differing).toEqual({
        table: 'orders.orders',
        onlyFirst: [],
        onlySecond: [],
      });
      return { landed: ofA?.landed, rows, run: b.result.run };
    };

    const first = await both('2024-05-02');
    expect(first).toMatchObject({ landed: ROWS, rows: (ROWS * 4) / 5 - 2 });

    const key = `landing/orders/placed/date=2024-05-02/run=${first.run}/`;
    expect(await unlanded.store.list(key)).toEqual([`${key}manifest.json`]);
    const manifest = `${await unlanded.store.read(`${key}manifest.json`)}`;
    expect(JSON.parse(manifest) as Manifest).toMatchObject({
      files: [],
      records: 0,
      jdbc: { secret: 'shop/mysql', lookback: 600, partitions: 3 },
    });
    for (const name of await unlanded.store.list('')) {
      const body = await readFile(await unlanded.store.local(name), 'latin1');
      expect([name, body.includes(PASSWORD)]).toEqual([name, false]);
    }

    await server.sql(
      `UPDATE orders SET price = 1, updated_on = '2024-05-03 00:00:00' WHERE \`Order No\` = 14;
       INSERT INTO orders (\`Order No\`, updated_on) VALUES
         (1, '2024-05-02 12:45:00'), (2, '2024-05-02 09:00:00'), (3, '2024-05-03 01:00:00')`,
      ['crime'],
    );
    const second = await both('2024-05-03');
    // The late row within the lookback, not the one before it.
    expect(second.rows).toBe(Number(first.rows) + 2);
    expect(second.landed).toBeLessThan(ROWS);
  });

  test('what did not land is neither recorded nor retried', async () => {
    const platform = open('unlanded', 'unlanded', 'secrets');
    const [of = ''] = (await platform.store.list('runs/orders/')).map(
      (key) => /([^/]+)\.json$/.exec(key)?.[1] ?? '',
    );
    const out = join(folder(), 'recordings');
    const recorded = record(platform)({ pipeline: 'orders', run: of, out });
    await expect(recorded).rejects.toThrow('nothing lands to be recorded');
    const landed = {
      placed: `landing/orders/placed/date=2024-05-02/run=${of}/`,
    };
    const options = { live: true, retry: { of, landed } };
    const { result } = await runOnce(platform, 'orders', '2024-05-03', options);
    expect(result.error).toMatchObject({
      name: 'SourceError',
      message: expect.stringContaining('nothing of it landed: the job read'),
    });
  });

  test('DuckDB is refused, before anything is asked', async () => {
    const platform = open('refused', 'unlanded', 'secrets');
    const { result, ledger } = await live(platform, '2024-05-02', 'duckdb');
    expect(result.error?.name).toBe('UsageError');
    expect(result.error?.message).toMatch(
      /^pipeline orders, source placed: the Spark job reads .* --engine spark/,
    );
    expect(ledger).toBeUndefined();
  });

  test('over TLS, by an authority of its own that the secret has', async () => {
    await server.sql('ALTER USER reader REQUIRE SSL');
    await writeSecret('own', PASSWORD, { ca, host: 'localhost' });
    const platform = open('own', 'unlanded', 'own');
    const { result, ledger } = await live(platform, '2024-05-02');
    await server.sql('ALTER USER reader REQUIRE NONE');
    expect(result.error).toBeUndefined();
    expect(ledger?.sources[0]?.landed).toBeGreaterThan(ROWS);
  });

  test('a password that is wrong fails the run, and names the secret', async () => {
    await writeSecret('wrong', 'wrong');
    const platform = open('wrong', 'unlanded', 'wrong');
    const { result, ledger } = await live(platform, '2024-05-02');
    expect(ledger?.outcome).toBe('failed');
    expect(result.error?.message).toContain('secret "shop/mysql"');
  });
};

const hasDriver = projectDrivers().length > 0 || findProgram(['mvn']);
if (mariadbd() && hasDriver) describe('a database', suite);
else
  test('there is no MariaDB, or no driver of it', () => {
    expect(process.env.CI).toBeUndefined();
  });
