import { createReadStream } from 'node:fs';
import { cp, mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Mariadb, startMariadb } from '../../test/mysql/startMariadb.ts';
import { ROOT } from '../measure.ts';
import { measurePair } from '../pair.ts';
import { type Summary, summarise } from '../summary.ts';
import { joinLanding, landedIn, landing } from './landing.ts';

const ROWS = 1e6;
/** Of ids of the copies, so that none is there twice. */
const ID_STEP = 100_000_000;
const PIPELINES = join(ROOT, 'pipelines');
const CRIME = join(PIPELINES, 'crime');
/** Wall time against the client that dumps the same rows. */
const TARGETS = { seconds: 1.5 } as const;
const USER = { username: 'reader', password: 'bench', dbname: 'crime' };

/** Loads the sample by the pipeline's own scripts, then copies it. */
const fill = async (server: Mariadb): Promise<string> => {
  const script = (name: string) => readFile(join(CRIME, 'mysql', name), 'utf8');
  await server.sql(await script('schema.sql'), ['crime']);
  const load = await script('load.sql');
  const file = join(server.folder, 'crimes.csv');
  for (const name of await readdir(join(CRIME, 'sample'))) {
    if (!name.endsWith('.csv')) continue;
    await cp(join(CRIME, 'sample', name), file);
    await server.sql(load.replace("'crimes.csv'", `'${file}'`), [
      '--local-infile=1',
      'crime',
    ]);
  }
  const ask = (sql: string) => server.sql(sql, ['-N', 'crime']);
  const columns = (
    await ask(
      'SELECT group_concat(column_name ORDER BY ordinal_position) FROM ' +
        "information_schema.columns WHERE table_name = 'crime_reported'",
    )
  ).trim();
  const others = columns.replace(/^id,/, '');
  const there = Number(await ask('SELECT count(*) FROM crime_reported'));
  await ask(`
    CREATE TEMPORARY TABLE sample AS SELECT * FROM crime_reported;
    INSERT INTO crime_reported (id, ${others})
      SELECT id + ${ID_STEP} * seq, ${others}
      FROM sample JOIN seq_1_to_${Math.ceil(ROWS / there)}
      ORDER BY seq, id LIMIT ${ROWS - there};
    ANALYZE TABLE crime_reported;
    CREATE USER reader IDENTIFIED BY '${USER.password}';
    GRANT SELECT ON crime.* TO reader;`);
  return columns;
};

const linesIn = async (file: string): Promise<number> => {
  let lines = 0;
  for await (const chunk of createReadStream(file) as AsyncIterable<Buffer>)
    for (let i = chunk.indexOf(10); i >= 0; i = chunk.indexOf(10, i + 1))
      lines++;
  return lines;
};

/** Lands crime from a real MariaDB, and dumps the same by its client. */
export const measureMysql = async (runs: number): Promise<Summary> => {
  await joinLanding();
  const server = await startMariadb();
  try {
    const columns = await fill(server);
    const secrets = join(server.folder, 'secrets');
    await mkdir(join(secrets, 'crime'), { recursive: true });
    const { port } = server;
    const secret = { ...USER, host: '127.0.0.1', port, tls: false };
    await writeFile(
      join(secrets, 'crime', 'mysql.json'),
      JSON.stringify(secret),
    );
    const connection = ['-h127.0.0.1', `-P${port}`, '-ureader'];
    const usage = await measurePair(
      {
        ours: (lake) =>
          landing(lake, PIPELINES, 'crime', '2025-05-31', ['', secrets]),
        bare: (out) => ({
          command: [
            ...['mariadb', '--no-defaults', '--skip-ssl', ...connection],
            ...[`-p${USER.password}`, '--quick', '--batch', 'crime'],
            ...['-e', `SELECT ${columns} FROM crime_reported`],
          ],
          to: join(out, 'crime.tsv'),
        }),
        compare: async (lake, out) => {
          const files = await landedIn(lake, 'crime');
          const landed = files.reduce((sum, { records }) => sum + records, 0);
          const dumped = (await linesIn(join(out, 'crime.tsv'))) - 1;
          if (landed !== ROWS || dumped !== ROWS)
            throw new Error(`${landed} rows landed, ${dumped} were dumped`);
        },
      },
      runs,
    );
    return summarise(usage, TARGETS);
  } finally {
    await server.stop();
  }
};
