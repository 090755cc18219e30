import { existsSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { networkInterfaces, tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  HOSTILE,
  startTestConsole,
  type TestConsole,
} from './testing/startTestConsole.ts';

let site: TestConsole;
let catalog: string;
let outside: string;

beforeAll(async () => {
  site = await startTestConsole(HOSTILE, ['hostile']);
  catalog = join(site.lake, 'catalog', 'hostile.json');
  outside = `${site.lake}.csv`;
  await writeFile(outside, 'secret\nopen sesame\n');
});
afterAll(() => site.remove());

const sql = async (text: string) => {
  const { status, body } = await site.send('/api/sql', { sql: text });
  return { status, ...JSON.parse(body) };
};

describe('who asks', () => {
  const run = '/api/pipelines/hostile/run';
  const json = { 'content-type': 'application/json' };

  test('another machine finds nobody', async () => {
    const others = Object.values(networkInterfaces())
      .flatMap((all) => all ?? [])
      .filter(({ family, internal }) => family === 'IPv4' && !internal);
    const port = new URL(site.origin).port;
    for (const { address } of others)
      await expect(fetch(`http://${address}:${port}/`)).rejects.toThrow();
    expect(new URL(site.origin).hostname).toBe('127.0.0.1');
  });

  test.each([
    ['a name that another server points here', 'evil.example'],
    ['the same with the right port', 'evil.example:PORT'],
    ['another port', '127.0.0.1:1'],
    ['a name that only begins like ours', '127.0.0.1:PORT.evil.example'],
    ['no port', 'localhost'],
  ])('host: %s', async (_, host) => {
    const port = new URL(site.origin).port;
    const headers = { host: host.replace('PORT', port) };
    for (const path of ['/', '/api/dashboards/hostile', '/static/theme.js'])
      expect([400, 403]).toContain((await site.ask(path, { headers })).status);
  });

  test.each([
    ['another site', { origin: 'https://evil.example' }],
    ['another port of this machine', { origin: 'http://127.0.0.1:1' }],
    ['a page without an origin', { origin: 'null' }],
    ['a script of another site', { 'sec-fetch-site': 'cross-site' }],
    ['a picture on another site', { 'sec-fetch-site': 'same-site' }],
  ])('origin: %s', async (_, given) => {
    const headers = { host: new URL(site.origin).host, ...given };
    expect((await site.ask('/api/tables', { headers })).status).toBe(403);
    const post = await site.ask(run, {
      method: 'POST',
      headers: { ...headers, ...json, 'x-tributary-token': site.token },
      body: '{}',
    });
    expect(post.status).toBe(403);
  });

  test.each(['/run', '/backfill', '/backfill/quote', '/rollback'])(
    'without the token %s is refused',
    async (action) => {
      const path = `/api/pipelines/hostile${action}`;
      for (const token of ['', 'wrong', `${site.token}x`]) {
        const { status, body } = await site.send(path, {}, token);
        expect(status).toBe(403);
        expect(body).toContain('tributary serve');
      }
    },
  );

  test('a form of another page cannot send what it takes', async () => {
    for (const type of ['text/plain', 'application/x-www-form-urlencoded']) {
      const { status } = await site.ask(run, {
        method: 'POST',
        headers: { 'content-type': type, 'x-tributary-token': site.token },
        body: '{}',
      });
      expect(status).toBe(403);
    }
  });

  test('no page tells the token', async () => {
    const paths = ['/', '/pipelines/hostile', '/sql', '/api/jobs', '/nowhere'];
    for (const path of paths)
      expect((await site.ask(path)).body).not.toContain(site.token);
  });

  test('a page may load nothing from elsewhere, and be framed nowhere', async () => {
    for (const path of ['/', '/sql', '/nowhere', '/static/console.css']) {
      const { headers } = await site.ask(path);
      const policy = String(headers['content-security-policy']);
      expect(policy).toContain("default-src 'none'");
      expect(policy).toContain("frame-ancestors 'none'");
      expect(policy).not.toMatch(/unsafe|https?:|\*/);
      expect(headers['x-content-type-options']).toBe('nosniff');
      expect(headers['access-control-allow-origin']).toBeUndefined();
    }
  });
});

describe('paths', () => {
  test.each([
    '/static/..%2f..%2f..%2fpackage.json',
    '/static/../../../package.json',
    '/src/cli/console/guard.ts',
    '/src/cli/console/page/../guard.ts',
    '/src/cli%2fconsole%2fguard.ts',
    '/src/core/..%2f..%2f..%2f..%2fetc%2fpasswd',
    '/src/core/card.types.ts',
    '/fonts/../theme.ts',
    '/vendor/..%2f..%2fpackage.json',
    '/geography/..%2fx.json',
  ])('%s is not served', async (path) => {
    const { status, body } = await site.ask(path);
    expect(status).toBe(404);
    expect(body).not.toContain('import');
  });

  test.each([
    '/pipelines/..%2f..%2fetc/runs',
    '/pipelines/hostile/runs/..%2f..%2fcatalog%2fhostile',
    '/pipelines/hostile/tables/..%2f..%2fcatalog',
    '/pipelines/hostile/tables/by_category%22;DROP',
    '/api/dashboards/..%2fhostile',
  ])('%s names nothing', async (path) => {
    const { status, body } = await site.ask(path);
    expect(status).toBe(400);
    expect(body).toContain('there is no');
  });

  test('a quarantine of no run shows no record', async () => {
    const path = '/pipelines/hostile/quarantine?run=..%2f..%2fcatalog';
    expect((await site.ask(path)).body).not.toContain('Raw text');
  });
});

describe('the SQL page', () => {
  test('answers over what is published', async () => {
    const { status, rows } = await sql(
      'SELECT count(*) FROM hostile.by_category',
    );
    expect([status, rows]).toEqual([200, [['4']]]);
    const ops = await sql('SELECT DISTINCT outcome FROM ops.runs');
    expect(ops.rows).toEqual([['published']]);
  });

  const files = [
    "SELECT * FROM read_csv('OUTSIDE')",
    "SELECT * FROM read_text('OUTSIDE')",
    "SELECT * FROM 'OUTSIDE'",
    "SELECT * FROM read_text('CATALOG')",
    "SELECT * FROM read_blob('/etc/passwd')",
    "SELECT * FROM glob('LAKE/*')",
    "SELECT * FROM glob('/etc/*')",
    "SELECT * FROM query('SELECT * FROM read_text(''OUTSIDE'')')",
    "SELECT * FROM query_table('OUTSIDE')",
    "SELECT * FROM parquet_scan('https://example.org/x.parquet')",
    "SELECT * FROM read_csv('http://127.0.0.1:1/x.csv')",
    'SELECT * FROM duckdb_secrets()',
    "SELECT * FROM sniff_csv('OUTSIDE')",
  ];
  test.each(files)('reads no file and asks no server: %s', async (text) => {
    const full = text
      .replaceAll('OUTSIDE', outside)
      .replaceAll('CATALOG', catalog)
      .replaceAll('LAKE', site.lake);
    const { status, error, rows } = await sql(full);
    expect([status, rows]).toEqual([200, undefined]);
    expect(error.name).toMatch(/Error$/);
    expect(error.message).not.toContain('sesame');
  });

  const statements = [
    "COPY (SELECT 1) TO 'TARGET'",
    "COPY hostile.by_category TO 'TARGET' (FORMAT parquet)",
    "EXPORT DATABASE 'TARGET'",
    "ATTACH 'TARGET' AS other",
    'INSTALL httpfs',
    'LOAD httpfs',
    'SET enable_external_access = true',
    "SET allowed_paths = ['/etc/passwd']",
    'RESET lock_configuration',
    'PRAGMA enable_profiling',
    'CREATE TABLE t AS SELECT 1',
    'DROP VIEW hostile.by_category',
    'DELETE FROM hostile.by_category',
    "CREATE SECRET s (TYPE s3, KEY_ID 'a', SECRET 'b')",
    "EXPLAIN ANALYZE SELECT * FROM read_text('OUTSIDE')",
    'CALL pragma_version()',
    'SELECT 1; SELECT 2',
    'USE hostile',
    '',
    '-- nothing',
  ];
  test.each(statements)('is SELECT alone: %s', async (text) => {
    const target = join(tmpdir(), `tributary-target-${process.pid}`);
    const full = text
      .replaceAll('TARGET', target)
      .replaceAll('OUTSIDE', outside);
    const { error, rows: none } = await sql(full);
    expect([error.name, none]).toEqual([expect.any(String), undefined]);
    expect(existsSync(target)).toBe(false);
    const { rows } = await sql('SELECT count(*) FROM hostile.by_category');
    expect(rows).toEqual([['4']]);
  });

  test('has an end of rows, of characters, and of time', async () => {
    const many = await sql('SELECT * FROM range(1000000000)');
    expect([many.rows.length, many.isCut]).toEqual([10_000, true]);
    const long = await sql("SELECT repeat('x', 100000) FROM range(1000)");
    expect([long.status, long.isCut]).toEqual([200, true]);
    expect(JSON.stringify(long.rows).length).toBeLessThan(11_000_000);
    const slow = await sql(
      'SELECT count(*) FROM range(10000000) a, range(10000000) b',
    );
    expect([slow.status, slow.error.message]).toEqual([
      200,
      'the query was stopped after 20 s, its limit',
    ]);
  }, 120_000);

  test('tells the engine’s words of what is wrong', async () => {
    const { error } = await sql('SELECT nothing FROM hostile.by_category');
    expect(error.message).toContain('"nothing" not found');
    const typo = await sql('SELECT 1\nFRM hostile.by_category');
    expect(typo.error.message).toMatch(
      /^Parser Error: syntax error at or near "hostile"\n\nLINE 2: FRM .*\n +\^$/,
    );
  });

  test.each(['x"; DROP VIEW hostile.by_category; --', 'nowhere', 7])(
    'looks for tables in no pipeline but those: %s',
    async (database) => {
      const given = { sql: 'SELECT 1', database };
      const { body } = await site.send('/api/sql', given);
      expect(JSON.parse(body).error.name).toBe('UsageError');
      const all = await sql('SELECT count(*) FROM hostile.by_category');
      expect(all.rows).toEqual([['4']]);
    },
  );

  test('reads the tables of a pipeline without its name', async () => {
    const given = {
      sql: 'SELECT count(*) FROM by_category',
      database: 'hostile',
    };
    const { body } = await site.send('/api/sql', given);
    expect(JSON.parse(body).rows).toEqual([['4']]);
  });

  test('takes no body that is too long, or no JSON', async () => {
    const long = await site.send('/api/sql', {
      sql: `SELECT '${'x'.repeat(200_000)}'`,
    });
    expect(long.status).toBe(413);
    const broken = await site.ask('/api/sql', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: '{',
    });
    expect(broken.status).toBe(400);
  });
});

describe('markup in data', () => {
  const pages = [
    '/',
    '/dashboards',
    '/pipelines/hostile',
    '/pipelines/hostile/runs',
    '/pipelines/hostile/checks',
    '/pipelines/hostile/quarantine',
    '/pipelines/hostile/dashboard',
    '/pipelines/hostile/tables/by_category',
    '/pipelines/%3Cscript%3Ealert(1)%3C%2Fscript%3E',
    '/%22%3E%3Cscript%3Ealert(1)%3C%2Fscript%3E',
    '/pipelines/hostile/quarantine?run=%3Cscript%3E',
  ];
  test.each(pages)('stays text on %s', async (path) => {
    const { headers, body } = await site.ask(path);
    expect(headers['content-type']).toContain('text/html');
    const scripts = body.match(/<script[^>]*>/g) ?? [];
    for (const tag of scripts) expect(tag).toMatch(/ src="\/(src|static)\//);
    expect(body).not.toMatch(/<(img src=x|svg onload|b>many|i>amount)/);
    // Attributes are quoted, and no quote of the data ends one.
    const bare = body.replace(/"[^"]*"/g, '""');
    expect(bare).not.toMatch(/<[^>]+ (on\w+|style)=/);
  });

  test('is shown as it came', async () => {
    const table = await site.ask('/pipelines/hostile/tables/by_category');
    expect(table.body).toContain(
      '&lt;script&gt;window.hacked = 1&lt;/script&gt;',
    );
    const set = await site.ask('/pipelines/hostile/quarantine');
    expect(set.body).toContain('&lt;b&gt;many&lt;/b&gt;');
  });
});

test('after all of that the lake is as it was', async () => {
  const { tables } = JSON.parse(await readFile(catalog, 'utf8'));
  expect(tables.by_category.partitions[0].rows).toBe(4);
});
