import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { runOnce } from '../../cli/runOnce.ts';
import { csv, rest, string } from '../../core/index.ts';
import type { Source } from '../../core/source.ts';
import { record } from '../../functions/record/handler.ts';
import { answers } from '../servers/faults.ts';
import { fileServer } from '../servers/files.ts';
import { asked, startServer, type TestServer } from '../servers/startServer.ts';
import { type LiveLake, liveLake } from './liveLake.ts';

const files: Record<string, string> = {
  '/banks.csv': 'code,name\n7,a\n12,b\n7,c\n,d\n9999999999,e\n3,f\n',
};
let server: TestServer;
let lake: LiveLake;
let broken = new Set<string>();
let mark = '';
let atOnce = 0;
let most = 0;
beforeEach(async () => {
  broken = new Set();
  mark = '';
  atOnce = most = 0;
  const plain = fileServer(files);
  server = await startServer((request, response) => {
    const code = asked(request).searchParams.get('code');
    if (code === null) return plain(request, response);
    if (broken.has(code)) return answers(500)(request, response);
    most = Math.max(most, ++atOnce);
    const value = code === '00000003' ? [] : [{ fee: `of ${code}` }];
    setTimeout(() => {
      atOnce--;
      response.end(mark + JSON.stringify({ value }));
    }, 20);
  });
  lake = await liveLake();
});
afterEach(async () => {
  await server.close();
  await lake.remove();
});

const pad = { length: 8, with: '0' };
const sources = (maxFailed?: number) => {
  const banks = csv('banks', {
    url: `${server.origin}/banks.csv`,
    files: 'banks.csv',
    columns: { code: string({ pad }), name: string() },
    keep: "code <> '9999999999' OR code IS NULL",
  });
  const fees = rest('fees', {
    url: `${server.origin}/fees`,
    params: { code: '{code}' },
    files: 'fees/*.json',
    records: 'value',
    columns: { code: string({ from: '/code' }), fee: string() },
    forEach: {
      source: banks,
      column: 'code',
      ...(maxFailed !== undefined && { maxFailed }),
    },
    limits: { tries: 2, parallel: 2 },
  });
  return [fees, banks];
};

test('one request for each value of the used rows, decoded', async () => {
  const { fees } = await lake.land(sources());
  expect(fees?.files.map(({ path, records }) => [path, records])).toEqual([
    ['fees/00000003.json', 0],
    ['fees/00000007.json', 1],
    ['fees/00000012.json', 1],
  ]);
  // What was asked for is no part of the answer: whoever asks adds it.
  expect(await lake.text(fees, 'fees/00000007.json')).toBe(
    '{"value":[{"fee":"of 00000007"}], "code": "00000007"}',
  );
  expect(most).toBe(2);
});

test('a byte order mark stays before what is added to the page', async () => {
  mark = '\uFEFF';
  const { fees } = await lake.land(sources());
  expect(await lake.text(fees, 'fees/00000007.json')).toBe(
    '\uFEFF{"value":[{"fee":"of 00000007"}], "code": "00000007"}',
  );
});

test('pages that go in a circle are named by their item', async () => {
  const [fees, banks] = sources(0);
  const from = { ...fees?.from, paging: { style: 'page', param: 'p' } };
  const landing = lake.land([{ ...fees, from } as Source, banks as Source]);
  await expect(landing).rejects.toThrow(
    /source fees, file fees\/000000(07|12)-00002.json: page 2 repeats page 1: /,
  );
});

test('one that fails is tried again and told; the others stay', async () => {
  broken.add('00000012');
  const { fees } = await lake.land(sources());
  expect(fees?.files).toHaveLength(2);
  expect(fees?.notices).toEqual([
    '1 of 3 requests failed, and their rows are missing: 00000012: it ' +
      'answers 500: not now, after 2 tries',
  ]);
  expect(fees?.requests).toContainEqual({
    url: `${server.origin}/fees?code=00000012`,
    error: 'it answers 500: not now, after 2 tries',
  });
});

test('a recording of a part tells again what is missing', async () => {
  broken.add('00000012');
  const { fees } = await lake.land(sources());
  const out = join(lake.folder, 'recordings');
  const run = fees?.run ?? '';
  const { folder } = await record(lake.platform)({
    pipeline: 'shop',
    run,
    out,
  });
  const text = readFileSync(join(folder, 'recording.json'), 'utf8');
  const error = 'it answers 500: not now, after 2 tries';
  expect(JSON.parse(text).sources.fees.failed).toEqual([
    { url: `${server.origin}/fees?code=00000012`, error },
  ]);
  const replayed = await runOnce(lake.platform, 'shop', null, { replay: out });
  expect(replayed.ledger).toMatchObject({
    outcome: 'published',
    notices: [
      'fees: when it was recorded, 1 of 3 requests failed, and their rows are ' +
        `missing: 00000012: ${error}`,
    ],
  });
});

test.each([
  ['most fail', undefined, ['00000012', '00000007']],
  ['none may fail', 0, ['00000012']],
])('%s: the source fails', async (...row) => {
  const [, maxFailed, codes] = row;
  broken = new Set(codes);
  await expect(lake.land(sources(maxFailed))).rejects.toThrow(
    /source fees, .*it answers 500: not now, after 2 tries/,
  );
});

test('combinations of values, up to the year of the period', async () => {
  const body = 'code,name\n1,a\n';
  for (const at of ['2023/a', '2023/b', '2024/a', '2024/b'])
    files[`/${at}.csv`] = body;
  const { ranks } = await lake.land([
    csv('ranks', {
      url: `${server.origin}/{year}/{kind}.csv`,
      files: 'ranks/*.csv',
      forEach: {
        values: { year: { from: 2023, to: '{yyyy}' }, kind: ['a', 'b'] },
      },
      columns: { code: string(), name: string() },
    }),
  ]);
  expect(ranks?.files.map(({ path }) => path)).toEqual([
    'ranks/2023-a.csv',
    'ranks/2023-b.csv',
    'ranks/2024-a.csv',
    'ranks/2024-b.csv',
  ]);
});

test('an index may begin with a byte order mark; its error hides secrets', async () => {
  const ranks = csv('ranks', {
    url: `${server.origin}/{year}.csv`,
    files: 'ranks/*.csv',
    forEach: {
      index: `${server.origin}/index.json?token=T9`,
      lists: [{ list: 'years', as: 'year' }],
    },
    columns: { code: string(), name: string() },
  });
  files['/2023.csv'] = 'code,name\n1,a\n';
  files['/index.json'] = '\uFEFF{"years": [2023]}';
  const landed = await lake.land([ranks]);
  expect(landed.ranks?.files).toHaveLength(1);
  files['/index.json'] = 'busy';
  await expect(lake.land([ranks])).rejects.toThrow(
    /index.json\?token=\*\*\*: the index is not JSON/,
  );
});

test('no more requests a second than the host is to bear', async () => {
  const [fees, banks] = sources();
  const slow = { ...fees?.from, limits: { perSecond: 2, parallel: 9 } };
  await lake.land([{ ...fees, from: slow } as Source, banks as Source]);
  const [first = 0, , third = 0] = server.requests
    .filter(({ url }) => url.startsWith('/fees'))
    .map(({ at }) => at);
  expect(third - first).toBeGreaterThan(900);
});
