import { execFile } from 'node:child_process';
import {
  cp,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  rm,
  writeFile,
} from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { tributary } from '../../cli/testing/tributary.ts';
import { type Mariadb, mariadbd, startMariadb } from './startMariadb.ts';

const ROOT = join(import.meta.dirname, '..', '..');
const SCRIPTS = join(ROOT, 'pipelines', 'crime', 'mysql');
const SAMPLE = join(ROOT, 'pipelines', 'crime', 'sample');

const suite = () => {
  let server: Mariadb;
  let folder: string;
  let secrets: string;

  const writeSecret = (password: string, more: object = { tls: false }) =>
    writeFile(
      join(secrets, 'crime', 'mysql.json'),
      JSON.stringify({
        host: '127.0.0.1',
        port: server.port,
        username: 'reader',
        password,
        dbname: 'crime',
        ...more,
      }),
    );
  const run = (lake: string, ...options: string[]) =>
    tributary(
      ['run', 'crime', '--lake', join(folder, lake), ...options],
      folder,
    );
  const rows = async (lake: string, sql: string) => {
    const options = ['--lake', join(folder, lake), '--format', 'json'];
    const { stdout, stderr } = await tributary(['sql', sql, ...options]);
    if (stderr) throw new Error(stderr);
    return JSON.parse(stdout) as Record<string, unknown>[];
  };
  const table = (lake: string, name: string) =>
    rows(lake, `SELECT * FROM crime.${name} ORDER BY ALL`);

  beforeAll(async () => {
    server = await startMariadb();
    folder = await mkdtemp(join(tmpdir(), 'tributary-mysql-'));
    secrets = join(folder, '.secrets');
    await mkdir(join(secrets, 'crime'), { recursive: true });
    await server.sql(
      "CREATE USER reader IDENTIFIED BY 'the-first-one'; " +
        'GRANT SELECT ON crime.* TO reader;',
    );
    await server.sql(await readFile(join(SCRIPTS, 'schema.sql'), 'utf8'), [
      'crime',
    ]);
    const { stdout } = await promisify(execFile)('ls', [SAMPLE]);
    for (const name of stdout.split('\n').filter((n) => n.endsWith('.csv'))) {
      await cp(join(SAMPLE, name), join(folder, 'crimes.csv'));
      const load = await readFile(join(SCRIPTS, 'load.sql'), 'utf8');
      const at = load.replace(
        "'crimes.csv'",
        `'${join(folder, 'crimes.csv')}'`,
      );
      await server.sql(at, ['--local-infile=1', 'crime']);
    }
    await writeSecret('the-first-one');
  });
  afterAll(async () => {
    await server?.stop();
    await rm(folder, { recursive: true, force: true });
  });

  test('the live tables are those of the recording', async () => {
    const live = await run('live', '--live', '--date', '2025-05-31');
    expect(live).toMatchObject({ code: 0, stderr: '' });
    expect((await run('recorded')).code).toBe(0);
    for (const name of [
      'crime_reported',
      'unsolved_by_type',
      'unsolved_by_month',
    ])
      expect(await table('live', name)).toEqual(await table('recorded', name));
    const [count] = await rows(
      'live',
      'SELECT count(*) AS n FROM crime.crime_reported',
    );
    expect(Number(count?.n)).toBeGreaterThan(100);
  });

  test('its recording replays, and holds no secret', async () => {
    const out = join(folder, 'recordings');
    const options = ['--date', '2025-05-31', '--lake', join(folder, 'record')];
    const made = await tributary(
      ['record', 'crime', '--out', out, ...options],
      folder,
    );
    expect(made).toMatchObject({ code: 0, stderr: '' });
    for (const name of await readdir(join(out, 'crime'), { recursive: true })) {
      const text = await readFile(join(out, 'crime', name), 'utf8');
      for (const secret of ['the-first-one', 'reader', '127.0.0.1'])
        expect(text.toLowerCase().split(secret)).toHaveLength(1);
    }
    expect((await run('replayed', '--replay', out)).code).toBe(0);
    for (const name of ['crime_reported', 'unsolved_by_month'])
      expect(await table('replayed', name)).toEqual(await table('live', name));
  });

  test('then only what changed is read: an update, a late row, a new one', async () => {
    const [newest] = await rows(
      'live',
      'SELECT max(updated_on) AS w FROM crime.crime_reported',
    );
    const w = String(newest?.w).slice(0, 19).replace('T', ' ');
    await server.sql(
      `
      SET @w = '${w}';
      SELECT min(id) INTO @id FROM crime_reported;
      UPDATE crime_reported SET arrest = 1 - arrest,
        description = 'SAID "HELP", ÇA VA 🙂,\nTWICE', updated_on = @w + INTERVAL 1 DAY
        WHERE id = @id;
      INSERT INTO crime_reported (id, occurred_at, primary_type, arrest, updated_on)
        VALUES (1, @w - INTERVAL 9 DAY, 'LATE', 0, @w - INTERVAL 1 DAY),
               (2, @w, 'NEW', 0, @w + INTERVAL 2 DAY),
               (3, @w, 'TOO LATE', 0, @w - INTERVAL 30 DAY);`,
      ['--default-character-set=utf8mb4', 'crime'],
    );
    const before = await table('live', 'crime_reported');
    const again = await run('live', '--live', '--date', '2025-06-01', '--json');
    expect(again.code).toBe(0);
    const ledger = JSON.parse(again.stdout).runs[0];
    expect(ledger.sources[0].landed).toBeLessThan(before.length);
    const after = await table('live', 'crime_reported');
    expect(after).toHaveLength(before.length + 2);
    expect(after.filter(({ id }) => Number(id) < 9)).toEqual([
      expect.objectContaining({ primary_type: 'LATE' }),
      expect.objectContaining({ primary_type: 'NEW' }),
    ]);
    expect(
      after.filter(({ description }) => /SAID/.test(String(description))),
    ).toEqual([
      expect.objectContaining({
        description: 'SAID "HELP", ÇA VA 🙂,\nTWICE',
      }),
    ]);
  });

  test('a password that was rotated is read anew; a wrong one is no mystery', async () => {
    await server.sql("ALTER USER reader IDENTIFIED BY 'second'");
    const refused = await run('live', '--live', '--date', '2025-06-02');
    expect(refused.code).toBe(1);
    expect(refused.stderr).toMatch(/refuses the credentials.*"crime\/mysql"/);
    expect(refused.stderr).not.toMatch(/first|second/);
    await writeSecret('second');
    const { code } = await run('live', '--live', '--date', '2025-06-02');
    expect(code).toBe(0);
  });

  test('a server without TLS is refused, if the secret does not allow it', async () => {
    await writeSecret('second', {});
    const { code, stderr } = await run('tls', '--live', '--date', '2025-06-02');
    expect(code).toBe(1);
    expect(stderr).toMatch(/secure|TLS|SSL/i);
    await writeSecret('second');
  });

  test('a column that is gone is named, and what is published stays', async () => {
    const before = await table('live', 'crime_reported');
    await server.sql(
      'ALTER TABLE crime_reported RENAME COLUMN ward TO district_ward',
      ['crime'],
    );
    const { code, stderr } = await run(
      'live',
      '--live',
      '--date',
      '2025-06-03',
    );
    await server.sql(
      'ALTER TABLE crime_reported RENAME COLUMN district_ward TO ward',
      ['crime'],
    );
    expect(code).toBe(1);
    expect(stderr).toMatch(
      /source reported, column ward: .*has no column "ward"/,
    );
    expect(await table('live', 'crime_reported')).toEqual(before);
  });
};

// A newcomer's machine may have no server; CI has one.
if (mariadbd()) describe('crime, from a real MariaDB', suite);
else
  test('there is no MariaDB on this machine', () =>
    expect(process.env.CI).toBeUndefined());
