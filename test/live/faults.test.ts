import { cpSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { testFolder, tributary } from '../../cli/testing/tributary.ts';
import { localPlatform } from '../../platform/local/localPlatform.ts';
import { unexpectedRows } from '../http/mixedRun.ts';
import { answers, htmlPage } from '../servers/faults.ts';
import { olinda } from '../servers/olinda.ts';
import { ranking } from '../servers/ranking.ts';
import { quarters, tariffs } from '../servers/samples.ts';
import { startServer, type TestServer } from '../servers/startServer.ts';
import { PIPELINES } from '../support/testLake.ts';

const folder = testFolder();
const at = (...path: string[]) => join(folder(), ...path);

const files = quarters();
const [, , third = ''] = Object.keys(files).sort();
const renamed = Buffer.from(
  (files[third]?.toString('latin1') ?? '').replace('CNPJ IF', 'CNPJ'),
  'latin1',
);
const servers: TestServer[] = [];
const origins: string[] = [];

const run = () =>
  tributary([
    ...['run', 'banks', '--live', '--date', '2021-12-31'],
    ...['--drop', at('drop'), '--lake', at('lake'), ...origins],
  ]);
const unexpected = () =>
  unexpectedRows(
    localPlatform({ lake: at('lake'), pipelines: PIPELINES }),
    at('lake'),
    'banks',
  );

beforeAll(async () => {
  const services = {
    'https://www3.bcb.gov.br': ranking(files),
    'https://olinda.bcb.gov.br': olinda(tariffs()),
  };
  for (const [origin, respond] of Object.entries(services)) {
    const server = await startServer(respond);
    servers.push(server);
    origins.push('--origin', `${origin}=${server.origin}`);
  }
  mkdirSync(at('drop', 'banks'), { recursive: true });
  const segments = 'EnquadramentoInicia_v2.tsv';
  cpSync(
    join(PIPELINES, 'banks', 'sample', segments),
    at('drop', 'banks', segments),
  );
  expect(await run()).toMatchObject({ code: 0, stderr: '' });
});
afterAll(() => Promise.all(servers.map((server) => server.close())));

/** The faulty file stands in for the third; the others are as before. */
test.each([
  [
    'a column changed between two files',
    ranking({ ...files, [third]: renamed }),
    /CNPJ IF/,
  ],
  [
    'an error page that says it is all right',
    htmlPage(),
    /the index is not JSON|HTML page/,
  ],
  ['a service that is gone', answers(404), /it answers 404/],
])(
  '%s: one clear error, and what is published stays',
  async (_, fault, error) => {
    const [index] = servers as [TestServer];
    index.fault = fault;
    const failed = await run();
    index.fault = undefined;
    expect(failed.code).toBe(1);
    expect(failed.stderr).toMatch(error);
    expect(failed.stderr).toMatch(/pipeline banks, source ranking/);
    expect(await unexpected()).toEqual([]);
  },
);

test('then a run from all of it is as before', async () => {
  expect(await run()).toMatchObject({ code: 0, stderr: '' });
  expect(await unexpected()).toEqual([]);
});
