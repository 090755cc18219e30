import {
  cpSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { testFolder, tributary } from '../../cli/testing/tributary.ts';
import { localPlatform } from '../../platform/local/localPlatform.ts';
import { unexpectedRows } from '../http/mixedRun.ts';
import { fileServer } from '../servers/files.ts';
import { olinda } from '../servers/olinda.ts';
import { ranking } from '../servers/ranking.ts';
import { ourAirports, quarters, read, tariffs } from '../servers/samples.ts';
import { startServer, type TestServer } from '../servers/startServer.ts';
import { PIPELINES } from '../support/testLake.ts';

// Crime is in test/mysql: it needs a server of its own.
const folder = testFolder();
const at = (...path: string[]) => join(folder(), ...path);

/** What stands in for the services, and which samples they give. */
const SERVICES = {
  'https://www3.bcb.gov.br': () => ranking(quarters()),
  'https://olinda.bcb.gov.br': () => olinda(tariffs()),
  'https://ourairports.com': () =>
    fileServer({ '/countries/US/airports.csv': ourAirports() }),
  'https://public.opendatasoft.com': () =>
    fileServer({
      '/explore/dataset/us-cities-demographics/download/': read(
        ...['arrivals', 'sample', 'us-cities-demographics.csv'],
      ),
    }),
};
const NOT_DROPPED = [
  ...['banks/ranking', 'banks/tariffs'],
  ...['arrivals/us-airports.csv', 'arrivals/us-cities-demographics.csv'],
];
const DATES: Record<string, string> = {
  arrivals: '2016-04-30',
  banks: '2021-12-31',
  loans: '2022-09-30',
  songs: '2018-10-31',
};

const servers: TestServer[] = [];
const origins: string[] = [];
beforeAll(async () => {
  for (const [origin, respond] of Object.entries(SERVICES)) {
    const server = await startServer(respond());
    servers.push(server);
    origins.push('--origin', `${origin}=${server.origin}`);
  }
  for (const pipeline of Object.keys(DATES)) {
    mkdirSync(at('drop', pipeline), { recursive: true });
    cpSync(join(PIPELINES, pipeline, 'sample'), at('drop', pipeline), {
      recursive: true,
    });
    rmSync(at('drop', pipeline, 'recording.json'));
  }
  for (const path of NOT_DROPPED) rmSync(at('drop', path), { recursive: true });
});
afterAll(() => Promise.all(servers.map((server) => server.close())));

const live = (command: string, pipeline: string, ...more: string[]) =>
  tributary([
    command,
    pipeline,
    ...['--date', DATES[pipeline] as string],
    ...['--drop', at('drop'), ...origins, ...more],
  ]);

/** Rows that are not those of the replay, which expected/ has. */
const unexpected = (pipeline: string, lake: string) =>
  unexpectedRows(
    localPlatform({ lake: at(lake), pipelines: PIPELINES }),
    at(lake),
    pipeline,
  );

test.each(Object.keys(DATES))(
  '%s from where its data live gives the tables of its replay',
  async (pipeline) => {
    const lake = `live-${pipeline}`;
    const ran = await live(
      ...(['run', pipeline, '--live', '--lake', at(lake)] as const),
    );
    expect(ran).toMatchObject({ code: 0, stderr: '' });
    expect(await unexpected(pipeline, lake)).toEqual([]);
  },
);

test('a second run refers to what has not changed, and says so', async () => {
  const lake = ['--live', '--lake', at('live-songs')];
  const again = await live('run', 'songs', ...lake);
  expect(again.code).toBe(0);
  const [, reused, of] =
    /(\d+) of (\d+) files unchanged/.exec(again.stdout) ?? [];
  expect(reused).toBe(of);
  expect(await unexpected('songs', 'live-songs')).toEqual([]);
});

describe('a recording of a live run', () => {
  const replay = (lake: string) =>
    tributary([
      ...['run', 'banks', '--replay', at('recordings')],
      ...['--lake', at(lake)],
    ]);
  const recording = () =>
    JSON.parse(readFileSync(at('recordings/banks/recording.json'), 'utf8'));

  test('gives the same tables', async () => {
    const options = ['--out', at('recordings'), '--lake', at('live-banks')];
    const ran = await live('record', 'banks', ...options);
    expect(ran).toMatchObject({ code: 0, stderr: '' });
    expect(ran.stdout).toContain(`in ${at('recordings/banks')}`);
    expect(await replay('replayed')).toMatchObject({ code: 0, stderr: '' });
    expect(await unexpected('banks', 'replayed')).toEqual([]);
    const { date, sources } = recording();
    expect(date).toBe(DATES.banks);
    expect(Object.keys(sources).sort()).toEqual([
      ...['ranking', 'segments', 'tariffs'],
    ]);
  });

  test('is not written over another', async () => {
    const again = await live('record', 'banks', '--out', at('recordings'));
    expect(again.code).toBe(2);
    expect(again.stderr).toContain('is there already');
  });

  test('is refused where a byte of it is another, or a file is gone', async () => {
    const { file } = recording().sources.ranking.files[3];
    const path = at('recordings/banks', file);
    const whole = readFileSync(path);
    const damaged = Buffer.from(whole);
    damaged[whole.length - 9] = (damaged[whole.length - 9] ?? 0) ^ 1;
    writeFileSync(path, damaged);
    const changed = await replay('replayed');
    expect(changed.code).toBe(1);
    expect(changed.stderr).toMatch(
      /source ranking.*changed since it was recorded/s,
    );
    rmSync(path);
    const gone = await replay('replayed');
    expect(gone.code).toBe(1);
    expect(gone.stderr).toContain('the recording lists it, but has no');
    expect(await unexpected('banks', 'replayed')).toEqual([]);
    writeFileSync(path, whole);
  });

  test('of nothing at all is no recording', async () => {
    const nowhere = ['--drop', at('nowhere'), '--lake', at('nowhere-lake')];
    const ran = await tributary([
      ...['record', 'loans', '--out', at('none'), ...nowhere],
    ]);
    expect(ran.code).toBe(1);
    expect(ran.stderr).toContain('no file matches');
    expect(readdirSync(folder())).not.toContain('none');
  });
});
