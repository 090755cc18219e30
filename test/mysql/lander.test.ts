import { once } from 'node:events';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { type AddressInfo, connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { PlanColumn, PlanSource } from '../../core/plan.ts';
import type { LandContext, Landing } from '../../functions/fetch/lander.ts';
import { mysqlLander } from '../../functions/fetch/mysql/landMysql.ts';
import { localPlatform } from '../../platform/local/localPlatform.ts';
import type { Platform } from '../../platform/ports.ts';
import { type Mariadb, mariadbd, startMariadb } from './startMariadb.ts';

const SETTINGS = { pageRows: 7, connections: 2, tries: 12, backoffMs: 200 };
const lander = mysqlLander(SETTINGS);

const suite = () => {
  let server: Mariadb;
  let folder: string;
  let platform: Platform;
  let runs = 0;

  beforeAll(async () => {
    server = await startMariadb();
    folder = await mkdtemp(join(tmpdir(), 'tributary-lander-'));
    const secrets = join(folder, 'secrets');
    await mkdir(secrets);
    await writeFile(
      join(secrets, 'db.json'),
      JSON.stringify({
        host: '127.0.0.1',
        port: server.port,
        username: 'reader',
        password: 'p',
        dbname: 'crime',
        tls: false,
      }),
    );
    await server.sql(
      "CREATE USER reader IDENTIFIED BY 'p'; GRANT ALL ON crime.* TO reader;",
    );
    platform = localPlatform({
      lake: join(folder, 'lake'),
      pipelines: folder,
      secrets,
    });
  });
  afterAll(async () => {
    await server?.stop();
    await rm(folder, { recursive: true, force: true });
  });

  const sourceOf = (columns: PlanColumn[], table: string): PlanSource => ({
    name: 's',
    kind: 'mysql',
    scope: 'changes',
    from: { secret: 'db', table, key: 'id', lookback: 3600 },
    files: '*.csv',
    form: {
      format: 'csv',
      encoding: 'utf-8',
      separator: ',',
      quote: '"',
      unused: [],
    },
    columns,
    watermark: 'changed',
    maxRejected: 0,
  });
  const context = (source: PlanSource, watermark?: string): LandContext => ({
    platform,
    plan: {} as LandContext['plan'],
    source,
    run: `r${++runs}`,
    date: '2025-01-01',
    period: { kind: 'day' } as LandContext['period'],
    folder: `landing/p/s/r${runs}/`,
    scratch: join(folder, 'scratch'),
    ...(watermark !== undefined && { watermark }),
    landed: () => Promise.reject(new Error('not asked')),
  });
  const lines = async ({ files }: Landing): Promise<string[]> => {
    const bodies = await Promise.all(
      files.map(async ({ key, records }) => {
        const body = await readFile(await platform.store.local(key), 'utf8');
        const [, ...rows] = body.trimEnd().split('\n');
        expect(rows).toHaveLength(records);
        return rows;
      }),
    );
    return bodies.flat();
  };
  const BASIC: PlanColumn[] = [
    { name: 'id', type: 'bigint' },
    { name: 'changed', type: 'timestamp' },
  ];
  const makeRows = (table: string, rows: number) =>
    server.sql(
      `CREATE TABLE ${table} (id BIGINT UNSIGNED PRIMARY KEY, changed DATETIME(3) NULL);
       INSERT INTO ${table} SELECT 18446744073709551000 + seq,
         TIMESTAMP'2025-01-01 00:00:00' + INTERVAL seq DIV 3 MINUTE FROM seq_1_to_${rows};`,
      ['crime'],
    );

  test('every type comes as its exact text', async () => {
    await server.sql(
      `SET sql_mode = '';
       CREATE TABLE kinds (id BIGINT UNSIGNED PRIMARY KEY, changed TIMESTAMP(6) NULL,
         amount DECIMAL(38,10), day DATE, flag TINYINT(1), bits BIT(9), words TEXT,
         latin VARCHAR(20) CHARACTER SET latin1, ratio DOUBLE, small FLOAT);
       SET time_zone = '+02:00';
       INSERT INTO kinds VALUES (18446744073709551615, '2025-01-01 02:00:00.000001',
         1234567890123456789012345678.0123456789, '2024-02-29', 1, b'100000001',
         'a,"b"\nc 🙂', 'é', 0.1, 0.1), (18446744073709551610, NULL, NULL, '0000-00-00', NULL, NULL, '', NULL, NULL, NULL);`,
      ['--default-character-set=utf8mb4', 'crime'],
    );
    const names = 'id changed amount day flag bits words latin ratio small';
    const columns = names
      .split(' ')
      .map((name): PlanColumn => ({ name, type: 'string' }));
    const landing = await lander(context(sourceOf(columns, 'kinds')));
    const [key = ''] = landing.files.map((file) => file.key);
    expect(await readFile(await platform.store.local(key), 'utf8')).toBe(
      '"id","changed","amount","day","flag","bits","words","latin","ratio","small"\n' +
        '18446744073709551610,,,0000-00-00,,,"",,,\n' +
        '18446744073709551615,2025-01-01 00:00:00.000001,' +
        '1234567890123456789012345678.0123456789,2024-02-29,1,257,' +
        '"a,""b""\nc 🙂","é",0.1,0.10000000149011612\n',
    );
  });

  test('pages hold each row once, beyond what a double can count', async () => {
    await makeRows('paged', 50);
    const first = await lander(context(sourceOf(BASIC, 'paged')));
    expect(first.files).toHaveLength(8);
    expect(new Set(await lines(first)).size).toBe(50);
    const later = await lander(
      context(sourceOf(BASIC, 'paged'), '2025-01-01 01:10:00'),
    );
    const rows = await lines(later);
    expect(rows).toHaveLength(50 - 29);
    expect(new Set(rows).size).toBe(50 - 29);
    expect(rows[0]).toMatch(/00:10:00/);
  });

  const idsOf = async (landing: Landing) =>
    (await lines(landing)).map((line) => BigInt(line.split(',')[0] ?? ''));
  const inOrder = (rows: number) =>
    Array.from({ length: rows }, (_, i) => 18446744073709551001n + BigInt(i));

  test('a large table is split by its keys, and read by two connections', async () => {
    await makeRows('split', 200);
    let reads = 0;
    const db = await platform.secrets.read('db');
    const secrets = {
      read: async () => {
        reads++;
        return db;
      },
    };
    const base = context(sourceOf(BASIC, 'split'));
    const landing = await lander({
      ...base,
      platform: { ...platform, secrets },
    });
    expect(reads).toBe(2);
    expect(landing.files.map(({ path }) => path)).toContain(
      'keys-8-page-00004.csv',
    );
    expect(await idsOf(landing)).toEqual(inOrder(200));
  });

  test('who may connect only once reads it all the same', async () => {
    await makeRows('lonely', 200);
    await server.sql(
      "CREATE USER lonely IDENTIFIED BY 'p' WITH MAX_USER_CONNECTIONS 1; " +
        'GRANT ALL ON crime.* TO lonely;',
    );
    const db = await platform.secrets.read('db');
    const secrets = { read: async () => ({ ...db, username: 'lonely' }) };
    const base = context(sourceOf(BASIC, 'lonely'));
    const landing = await lander({
      ...base,
      platform: { ...platform, secrets },
    });
    expect(await idsOf(landing)).toEqual(inOrder(200));
  });

  test('keys with wide gaps between them, and a text that is never NULL', async () => {
    await server.sql(
      `CREATE TABLE gaps (id INT PRIMARY KEY, changed DATETIME NOT NULL, t VARCHAR(9) NOT NULL);
       INSERT INTO gaps VALUES (-2147483648, '2025-01-01', '"'), (-1, '2025-01-01', ''),
         (0, '2025-01-02', 'a'), (2147483647, '2025-01-01', 'b');`,
      ['crime'],
    );
    const columns: PlanColumn[] = [...BASIC, { name: 't', type: 'string' }];
    expect(
      await lines(await lander(context(sourceOf(columns, 'gaps')))),
    ).toEqual([
      '-2147483648,2025-01-01 00:00:00,""""',
      '-1,2025-01-01 00:00:00,""',
      '0,2025-01-02 00:00:00,"a"',
      '2147483647,2025-01-01 00:00:00,"b"',
    ]);
  });

  test('a date that is none does not move the fields behind it', async () => {
    await server.sql(
      `SET sql_mode = '';
       CREATE TABLE zeros (id INT PRIMARY KEY, changed DATETIME NOT NULL,
         seen DATETIME(3) NOT NULL, t VARCHAR(9) NOT NULL);
       INSERT INTO zeros VALUES (1, '2025-01-01', '0000-00-00', 'a'), (2, '0000-00-00', '2024-00-00', 'b');
       SET GLOBAL sql_mode = 'STRICT_TRANS_TABLES,NO_ZERO_IN_DATE,NO_ZERO_DATE';`,
      ['crime'],
    );
    const columns: PlanColumn[] = [
      ...BASIC,
      { name: 'seen', type: 'string' },
      { name: 't', type: 'string' },
    ];
    expect(
      await lines(await lander(context(sourceOf(columns, 'zeros')))),
    ).toEqual(['1,2025-01-01 00:00:00,,"a"', '2,0000-00-00 00:00:00,,"b"']);
    await server.sql('SET GLOBAL sql_mode = DEFAULT');
  });

  test('a row that the server cannot send is named, and none behind it is lost', async () => {
    await server.sql(
      `CREATE TABLE huge (id INT PRIMARY KEY, changed DATETIME NOT NULL, t LONGTEXT);
       INSERT INTO huge SELECT seq, '2025-01-01', 'x' FROM seq_1_to_30;
       UPDATE huge SET t = repeat('y', 1048575) WHERE id = 3;
       SET GLOBAL max_allowed_packet = 1048576;`,
      ['crime'],
    );
    const columns: PlanColumn[] = [...BASIC, { name: 't', type: 'string' }];
    await expect(lander(context(sourceOf(columns, 'huge')))).rejects.toThrow(
      'source s: the row with the key 3 is larger than the max_allowed_packet of the server',
    );
    await server.sql('SET GLOBAL max_allowed_packet = DEFAULT');
  });

  test('a server that is killed between pages is waited for', async () => {
    await makeRows('killed', 60);
    const { write } = platform.store;
    let notes = 0;
    platform.store.write = async (key, body) => {
      await write(key, body);
      if (key.endsWith('checkpoint.json') && ++notes === 3) {
        await server.kill();
        void server.start();
      }
    };
    try {
      const landing = await lander(context(sourceOf(BASIC, 'killed')));
      expect(new Set(await lines(landing)).size).toBe(60);
      expect(await lines(landing)).toHaveLength(60);
    } finally {
      platform.store.write = write;
    }
  });

  test('a server that is killed in the middle of a page is waited for', async () => {
    const rows = 300_000;
    await server.sql(
      `CREATE TABLE lengthy (id INT PRIMARY KEY, changed DATETIME);
       INSERT INTO lengthy SELECT seq, TIMESTAMP'2025-01-01 00:00:00' FROM seq_1_to_${rows};`,
      ['crime'],
    );
    const whole = mysqlLander({ ...SETTINGS, pageRows: 1e6 });
    const db = await platform.secrets.read('db');
    // What comes from the server is counted on its way.
    let came = 0;
    const between = createServer((client) => {
      const to = connect(server.port, '127.0.0.1').on('data', (chunk) => {
        if (came >= 1 << 20) return;
        came += chunk.length;
        if (came < 1 << 20) return;
        void server.kill().then(() => server.start());
      });
      for (const socket of [client, to]) {
        socket.on('error', () => {});
        socket.on('close', () => [client, to].map((s) => s.destroy()));
      }
      client.pipe(to).pipe(client);
    }).listen(0, '127.0.0.1');
    await once(between, 'listening');
    const { port } = between.address() as AddressInfo;
    const base = context(sourceOf(BASIC, 'lengthy'));
    const secrets = { read: async () => ({ ...db, port }) };
    const landing = await whole({
      ...base,
      platform: { ...platform, secrets },
    });
    between.close();
    expect(came).toBeGreaterThanOrEqual(1 << 20);
    expect(landing.files).toHaveLength(1);
    const read = await lines(landing);
    expect([read.length, new Set(read).size]).toEqual([rows, rows]);
  });

  test('a secret that is rotated meanwhile is read once more', async () => {
    await makeRows('rotated', 3);
    const db = await platform.secrets.read('db');
    let reads = 0;
    const secrets = {
      read: async () => ({ ...db, ...(reads++ === 0 && { password: 'old' }) }),
    };
    const base = context(sourceOf(BASIC, 'rotated'));
    const landing = await lander({
      ...base,
      platform: { ...platform, secrets },
    });
    expect([reads, (await lines(landing)).length]).toEqual([2, 3]);
  });

  /** Lands a table that is altered when its second page was noted. */
  const landAltered = async (table: string, change: string) => {
    const { write } = platform.store;
    let notes = 0;
    platform.store.write = async (key, body) => {
      await write(key, body);
      if (++notes === 2)
        await server.sql(`ALTER TABLE ${table} ${change}`, ['crime']);
    };
    try {
      return await lander(context(sourceOf(BASIC, table)));
    } finally {
      platform.store.write = write;
    }
  };

  test('a column that changes between two pages ends it', async () => {
    await makeRows('altered', 30);
    const landing = landAltered('altered', 'MODIFY changed DATETIME');
    await expect(landing).rejects.toThrow(
      /source s, column changed: "changed" was datetime\(3\) on the first page/,
    );
  });

  test('so does one that may be NULL all at once', async () => {
    await server.sql(
      `CREATE TABLE loosened (id INT PRIMARY KEY, changed DATETIME NOT NULL);
       INSERT INTO loosened SELECT seq, TIMESTAMP'2025-01-01 00:00:00' FROM seq_1_to_30;`,
      ['crime'],
    );
    const landing = landAltered('loosened', 'MODIFY changed DATETIME NULL');
    await expect(landing).rejects.toThrow(
      /"changed" was datetime NOT NULL on the first page, and is datetime now/,
    );
  });

  test.each([
    ['CREATE TABLE t1 (id INT, changed DATETIME)', 't1', /no unique index/],
    ['CREATE TABLE t2 (id INT PRIMARY KEY)', 't2', /no column "changed"/],
    ['SELECT 1', 't3', /there is no table t3/],
    [
      'CREATE TABLE t4 (id INT PRIMARY KEY, changed BLOB)',
      't4',
      /bytes that are no text/,
    ],
  ])('%s', async (statement, table, message) => {
    await server.sql(statement, ['crime']);
    await expect(lander(context(sourceOf(BASIC, table)))).rejects.toThrow(
      message,
    );
  });

  test('an empty table lands as a header', async () => {
    await server.sql(
      'CREATE TABLE none (id INT PRIMARY KEY, changed DATETIME)',
      ['crime'],
    );
    const { files } = await lander(context(sourceOf(BASIC, 'none')));
    expect(files).toEqual([expect.objectContaining({ records: 0 })]);
  });
};

// A newcomer's machine may have no server; CI has one.
if (mariadbd()) describe('reading a table of MariaDB', suite);
else
  test('there is no MariaDB on this machine', () =>
    expect(process.env.CI).toBeUndefined());
