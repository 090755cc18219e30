import type { Plan, PlanSource } from '../../core/plan.ts';
import { answers } from '../servers/faults.ts';
import { fileServer } from '../servers/files.ts';
import { olinda } from '../servers/olinda.ts';
import { ranking } from '../servers/ranking.ts';
import { ourAirports, quarters, read, tariffs } from '../servers/samples.ts';
import { socrata } from '../servers/socrata.ts';
import {
  type Respond,
  startServer,
  type TestServer,
} from '../servers/startServer.ts';
import { type TestLake, testLakes } from '../support/testLake.ts';
import { mixedRun, unexpectedRows } from './mixedRun.ts';

const newLake = testLakes();
const servers: TestServer[] = [];
let lake: TestLake;
beforeEach(async () => {
  lake = await newLake();
});
afterEach(async () => {
  for (const server of servers.splice(0)) await server.close();
});

const start = async (respond: Respond): Promise<TestServer> => {
  const server = await startServer(respond);
  servers.push(server);
  return server;
};

describe('banks', () => {
  let olindaServer: TestServer;
  const run = async () => {
    const index = await start(ranking(quarters()));
    olindaServer = await start(olinda(tariffs()));
    return {
      'https://www3.bcb.gov.br': index.origin,
      'https://olinda.bcb.gov.br': olindaServer.origin,
    };
  };

  test('the ranking by its index, and a request for each CNPJ in it', async () => {
    const origins = await run();
    const { landed } = await mixedRun(
      lake.platform,
      origins,
      'banks',
      '2021-12-31',
    );
    expect(landed.map(({ source, files }) => [source, files])).toEqual([
      ['ranking', 8],
      ['segments', 1],
      ['tariffs', 15],
    ]);
    const found = await unexpectedRows(lake.platform, lake.lake, 'banks');
    expect(found).toEqual([]);
    // As the central bank's own pages write it; a client may escape quotes.
    const asked = olindaServer.requests.map(({ url }) => decodeURI(url));
    expect(asked.map((url) => url.replaceAll('%27', "'"))).toContain(
      '/olinda/servico/Informes_ListaTarifasPorInstituicaoFinanceira/versao/' +
        'v1/odata/ListaTarifasPorInstituicaoFinanceira(PessoaFisicaOuJuridica' +
        "=@PessoaFisicaOuJuridica,CNPJ=@CNPJ)?@PessoaFisicaOuJuridica='J'&" +
        "@CNPJ='00122327'&$format=json&$top=100",
    );
  });

  test('a CNPJ that fails is told; the rest is published', async () => {
    const origins = await run();
    const well = olinda(tariffs());
    olindaServer.fault = (request, response) =>
      (request.url?.includes('07747410') ? answers(500) : well)(
        request,
        response,
      );
    const { landed } = await mixedRun(
      lake.platform,
      origins,
      'banks',
      '2021-12-31',
    );
    expect(landed.flatMap(({ notices }) => notices ?? [])).toEqual([
      '1 of 15 requests failed, and their rows are missing: ' +
        '07747410: it answers 500: not now, after 5 tries',
    ]);
    const found = await unexpectedRows(lake.platform, lake.lake, 'banks');
    expect(found.length).toBeGreaterThan(0);
  });
});

test('arrivals: airports of OurAirports, demographics of Opendatasoft', async () => {
  const airports = await start(
    fileServer({ '/countries/US/airports.csv': ourAirports() }),
  );
  const demographics = await start(
    fileServer({
      '/explore/dataset/us-cities-demographics/download/': read(
        'arrivals',
        'sample',
        'us-cities-demographics.csv',
      ),
    }),
  );
  const origins = {
    'https://ourairports.com': airports.origin,
    'https://public.opendatasoft.com': demographics.origin,
  };
  await mixedRun(lake.platform, origins, 'arrivals', '2016-04');
  expect([airports, demographics].map((s) => s.requests.length)).toEqual([
    1, 1,
  ]);
  const found = await unexpectedRows(lake.platform, lake.lake, 'arrivals');
  expect(found).toEqual([]);
});

test("crime: the portal's CSV, page by page, in place of the database", async () => {
  const [a = '', b = ''] = ['a', 'b'].map((part) =>
    read('crime', 'sample', `crimes_2001_to_present_sample_${part}.csv`)
      .toString()
      .replace(/^\uFEFF/, ''),
  );
  const [header = '', ...rows] = a.trimEnd().split(/\r?\n/);
  rows.push(...b.trimEnd().split(/\r?\n/).slice(1));
  const portal = await start(socrata(header, rows));
  const asPortal = (source: PlanSource): PlanSource => {
    const { live: _, ...rest } = source;
    const from = {
      url: 'https://data.cityofchicago.org/resource/ijzp-q8t2.csv',
      paging: { style: 'socrata', limit: 200, order: ':id' },
    };
    return { ...rest, kind: 'csv', from };
  };
  const change = (plan: Plan): Plan => ({
    ...plan,
    sources: plan.sources.map(asPortal),
  });
  const origins = { 'https://data.cityofchicago.org': portal.origin };
  await mixedRun(lake.platform, origins, 'crime', '2025-05-31', change);
  expect(portal.requests.length).toBe(Math.ceil(rows.length / 200) + 1);
  const found = await unexpectedRows(lake.platform, lake.lake, 'crime');
  expect(found).toEqual([]);
});
