import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import type { HttpLimits } from '../../core/http.ts';
import { csv } from '../../core/index.ts';
import {
  answers,
  closesMidBody,
  declaresLength,
  endsEarly,
  gzipBomb,
  htmlPage,
  redirects,
  stalls,
} from '../servers/faults.ts';
import { etagOf, fileServer } from '../servers/files.ts';
import {
  asked,
  type Respond,
  startServer,
  type TestServer,
} from '../servers/startServer.ts';
import { columns, type LiveLake, liveLake } from './liveLake.ts';

const lines = Array.from({ length: 20_000 }, (_, i) => `${i},${i * 7}`);
const TEXT = ['id,name', ...lines, ''].join('\n');
const BODY = Buffer.from(TEXT);
const serve = fileServer({ '/a.csv': TEXT });

let server: TestServer;
let lake: LiveLake;
beforeEach(async () => {
  server = await startServer(serve);
  lake = await liveLake();
});
afterEach(async () => {
  await server.close();
  await lake.remove();
});

const source = (limits: HttpLimits = {}) =>
  csv('a', { url: `${server.origin}/a.csv`, files: 'a.csv', columns, limits });

const HALF = BODY.length >> 1;
const tagged = { etag: etagOf(BODY) };
/** What was there before, and what tells it from what is there now. */
const BEFORE = Buffer.from(TEXT.replaceAll('7', '8'));
const NOW = { ...tagged, 'last-modified': 'Tue, 02 Jan 2024 00:00:00 GMT' };

test.each<[string, Respond[], number, string?]>([
  ['nothing wrong', [], 1],
  ['closes mid-body', [closesMidBody(BODY, HALF)], 2],
  [
    'closes mid-body, goes on by range',
    [closesMidBody(BODY, HALF, tagged)],
    2,
    'range',
  ],
  ['closes twice', [closesMidBody(BODY, 9, tagged), answers(503)], 3, 'range'],
  [
    'a part that ends early',
    [closesMidBody(BODY, HALF, tagged), endsEarly(BODY, 99, tagged)],
    3,
    'range',
  ],
  [
    'a part that ends before the end that it says',
    [
      closesMidBody(BODY, HALF, tagged),
      endsEarly(BODY, 99, tagged, { isChunked: true }),
    ],
    3,
    'range',
  ],
  [
    'a part of a file of another size',
    [
      closesMidBody(BODY, HALF, tagged),
      endsEarly(BODY, 99, tagged, { total: HALF + 99 }),
    ],
    3,
  ],
  ...[
    { etag: '"v1"' },
    { 'last-modified': 'Mon, 01 Jan 2024 00:00:00 GMT' },
  ].map((version): [string, Respond[], number] => [
    `a part of another file of that size, where there is ${Object.keys(version)}`,
    [
      closesMidBody(BEFORE, HALF, version),
      endsEarly(BODY, BODY.length, NOW, { isChunked: true }),
    ],
    3,
  ]),
  [
    'a part from a mirror of another date',
    [
      closesMidBody(BODY, HALF, { ...tagged, 'last-modified': 'Monday' }),
      endsEarly(BODY, BODY.length, NOW, { isChunked: true }),
    ],
    2,
    'range',
  ],
  ['500 three times', [answers(500), answers(500), answers(500)], 4],
  ['408', [answers(408)], 2],
  ['a length above the body', [declaresLength(BODY, BODY.length + 9)], 2],
  ['a length below the body', [declaresLength(BODY, HALF)], 2],
  ['a redirect', [redirects('/a.csv')], 1],
])('%s: lands whole', async (...row) => {
  const [, faults, tries, header] = row;
  server.faults.push(...faults);
  const { a } = await lake.land([source()]);
  expect(await lake.text(a)).toBe(TEXT);
  expect(a?.records).toBe(lines.length);
  expect(a?.requests?.[0]).toMatchObject({ status: 200, tries });
  if (header) expect(server.requests.at(-1)?.headers).toHaveProperty(header);
});

test('what changed since it broke off begins anew', async () => {
  server.faults.push(closesMidBody(BODY, HALF, { etag: '"another"' }));
  const { a } = await lake.land([source()]);
  expect(server.requests[1]?.headers['if-range']).toBe('"another"');
  expect(await lake.text(a)).toBe(TEXT);
  expect(a?.records).toBe(lines.length);
});

test('bytes that are not used do not count', async () => {
  server.faults.push(
    closesMidBody(BODY, HALF),
    closesMidBody(BODY, HALF, { etag: '"another"' }),
    closesMidBody(BODY, BODY.length - 9, tagged),
  );
  const { a } = await lake.land([source({ bytes: BODY.length })]);
  expect(await lake.text(a)).toBe(TEXT);
});

test.each<[string, Respond, RegExp, HttpLimits?]>([
  ['an HTML page', htmlPage(), /HTML page in place of csv/],
  ['an HTML page of another type', htmlPage('text/csv'), /HTML page/],
  [
    'an HTML page behind a byte order mark',
    answers(200, {}, '\ufeff\n<html>busy'),
    /HTML page in place of csv/,
  ],
  ['404', answers(404, {}, 'gone\nfor good'), /it answers 404: gone for good$/],
  ['500 for ever', answers(500), /it answers 500: not now, after 3 tries$/],
  ['a cut body for ever', closesMidBody(BODY, HALF), /after 3 tries$/],
  ['a length above', declaresLength(BODY, 1e6), /after 3 tries$/],
  [
    'a length below',
    declaresLength(BODY, HALF),
    /more bytes came than its Content-Length says, after 3 tries$/,
  ],
  ['an empty body', answers(200, {}, ''), /the answer is empty/],
  ['a gzip bomb', gzipBomb(64 << 20), /a gzip bomb\?$/],
  ['an unknown encoding', answers(200, { 'content-encoding': 'lz' }), /"lz"/],
  [
    'no gzip that it says',
    answers(200, { 'content-encoding': 'gzip' }),
    /incorrect header check, after 3 tries$/,
  ],
  ['a redirect loop', redirects('/a.csv'), /a redirect loop\?$/],
  [
    'a wait beyond the time',
    answers(429, { 'retry-after': '3600' }),
    /it asks to wait 3600 s, longer than the time that is left$/,
  ],
  ['too much', serve, /more than 1000 bytes came/, { bytes: 1000 }],
])('%s: one clear error, and nothing landed', async (...row) => {
  const [, fault, error, limits] = row;
  server.fault = fault;
  const landing = lake.land([source({ tries: 3, seconds: 60, ...limits })]);
  await expect(landing).rejects.toThrow(error);
  await expect(landing).rejects.toThrow(
    `pipeline shop, source a, file ${server.origin}/a.csv: `,
  );
  expect(await lake.landing()).toEqual([]);
});

describe('a server that stalls', () => {
  let hasty: LiveLake;
  beforeEach(async () => {
    hasty = await liveLake({ readMs: 300 });
  });
  afterEach(() => hasty.remove());

  test.each([
    ['at once', undefined],
    ['within the body', BODY.subarray(0, HALF)],
  ])('%s is asked again', async (_, body) => {
    server.faults.push(stalls(body));
    const { a } = await hasty.land([source()]);
    expect(await hasty.text(a)).toBe(TEXT);
    expect(a?.requests?.[0]?.tries).toBeGreaterThan(1);
  });

  test.each([
    [/said nothing for 0.3 s, after 3 tries$/, { tries: 3 }],
    [/it took more than 0.5 s/, { seconds: 0.5, tries: 99 }],
  ])('for ever ends in one clear error: %s', async (error, limits) => {
    server.fault = stalls(BODY.subarray(0, HALF));
    await expect(hasty.land([source(limits)])).rejects.toThrow(error);
    expect(await hasty.landing()).toEqual([]);
  });
});

const inOneSecond = () => new Date(Date.now() + 1999).toUTCString();

test.each([
  ['seconds', () => '1', 1000],
  ['a date', inOneSecond, 900],
  ['0, which is not at once', () => '0', 5],
  ['no time at all', () => 'soon', 5],
])('Retry-After as %s', async (_, after, leastMs) => {
  server.faults.push(answers(429, { 'retry-after': after() }));
  await lake.land([source()]);
  const [first, second] = server.requests;
  expect((second?.at ?? 0) - (first?.at ?? 0)).toBeGreaterThanOrEqual(leastMs);
});

test.each(['gzip', 'br', 'zstd'])('%s is unpacked', async (encoding) => {
  await server.close();
  server = await startServer(fileServer({ '/a.csv': TEXT }, { encoding }));
  server.faults.push(closesMidBody(BODY, 9, { 'content-encoding': encoding }));
  const { a } = await lake.land([source()]);
  expect(await lake.text(a)).toBe(TEXT);
  expect(server.requests[0]?.headers['accept-encoding']).toContain(encoding);
});

test('a file that is gzip is unpacked, without a word of it', async () => {
  const packed = gzipSync(BODY);
  await server.close();
  server = await startServer(fileServer({ '/a.csv': packed }));
  const half = packed.length >> 1;
  server.faults.push(closesMidBody(packed, half, { etag: etagOf(packed) }));
  const { a } = await lake.land([source()]);
  expect(await lake.text(a)).toBe(TEXT);
  expect(a?.records).toBe(lines.length);
});

test('sources of one host share its bounds, however each declares them', async () => {
  let open = 0;
  let most = 0;
  server.fault = (request, response) => {
    most = Math.max(most, ++open);
    response.on('close', () => open--);
    setTimeout(() => serve(request, response), 50);
  };
  const of = (name: string, limits: HttpLimits) =>
    csv(name, {
      url: [1, 2, 3].map((n) => `${server.origin}/a.csv?n=${n}`),
      files: `${name}/*.csv`,
      columns,
      limits,
    });
  await lake.land([
    of('a', { parallel: 1 }),
    of('b', { parallel: 1, perSecond: 50 }),
    of('c', {}),
  ]);
  expect(server.requests).toHaveLength(9);
  expect(most).toBe(1);
});

describe('certificates and other hosts', () => {
  const pem = (name: string) =>
    readFileSync(join(import.meta.dirname, '..', 'servers', name), 'utf8');
  let other: TestServer;
  afterEach(() => other.close());

  test('one that does not verify ends it at once', async () => {
    other = await startServer(serve, {
      key: pem('untrusted.key.pem'),
      cert: pem('untrusted.cert.pem'),
    });
    const url = `${other.origin}/a.csv`;
    const landing = lake.land([csv('a', { url, files: 'a.csv', columns })]);
    await expect(landing).rejects.toThrow(/certificate does not verify/);
    expect(other.requests).toEqual([]);
    expect(await lake.landing()).toEqual([]);
  });

  test('a connection that never stands is given up', async () => {
    const { createServer } = await import('node:net');
    const mute = createServer(() => {}).listen(0, '127.0.0.1');
    await new Promise((done) => mute.once('listening', done));
    other = await startServer(serve);
    const { port } = mute.address() as { port: number };
    const url = `https://127.0.0.1:${port}/a.csv`;
    const slow = await liveLake({ connectMs: 50, readMs: 5000 });
    const a = csv('a', { url, files: 'a.csv', columns, limits: { tries: 2 } });
    await expect(slow.land([a])).rejects.toThrow(
      /no connection within 0.05 s, after 2 tries/,
    );
    await slow.remove();
    mute.close();
  });

  test.each<[string, number, string, RegExp]>([
    ['an error', 403, 'no: ', /it answers 403: no: Bearer \*\*\* /],
    ['an error page', 200, '<html>', /an HTML page .*<html>Bearer \*\*\* /],
  ])('%s that repeats a secret is shown without it', async (...row) => {
    const [, status, text, shown] = row;
    other = await startServer((request, response) => {
      const { authorization } = request.headers;
      response.writeHead(status);
      response.end(
        `${text}${authorization} ${request.url} https://shop.example/?sig=hunter3`,
      );
    });
    const secrets = { read: async () => ({ value: 'hunter2' }) };
    Object.assign(lake.platform, { secrets });
    const headers = { Authorization: { secret: 'shop', prefix: 'Bearer ' } };
    const url = `${other.origin}/a.csv?appid=hunter4`;
    const landing = lake.land([
      csv('a', { url, files: 'a.csv', columns, headers }),
    ]);
    await expect(landing).rejects.toThrow(shown);
    await expect(landing).rejects.not.toThrow(/hunter/);
  });

  test('secrets do not follow to another host', async () => {
    other = await startServer(serve);
    // As servers do that keep what was asked for.
    server.fault = (request, response) =>
      redirects(
        asked(request).pathname === '/a.csv'
          ? '/moved?shop=one'
          : `${other.origin}/a.csv${asked(request).search}`,
      )(request, response);
    const secrets = { read: async () => ({ value: 'hunter2', user: 'ada' }) };
    Object.assign(lake.platform, { secrets });
    const params = { shop: 'one', key: { secret: 'shop' } };
    const headers = {
      Authorization: { secret: 'shop', prefix: 'Bearer ' },
      'X-App-Token': { secret: 'shop', member: 'user' },
      'X-Plain': 'shown',
    };
    const { a } = await lake.land([
      csv('a', {
        url: `${server.origin}/a.csv`,
        files: 'a.csv',
        columns,
        headers,
        params,
      }),
    ]);
    expect(server.requests[0]?.headers).toMatchObject({
      authorization: 'Bearer hunter2',
      'x-app-token': 'ada',
    });
    expect(server.requests.map(({ url }) => url)).toEqual([
      '/a.csv?shop=one&key=hunter2',
      '/moved?shop=one&key=hunter2',
    ]);
    expect(other.requests.map(({ url }) => url)).toEqual(['/a.csv?shop=one']);
    const followed = other.requests[0]?.headers;
    expect(followed).toMatchObject({ 'x-plain': 'shown' });
    expect(followed).not.toHaveProperty('authorization');
    expect(followed).not.toHaveProperty('x-app-token');
    expect(JSON.stringify(a)).not.toMatch(/hunter2|ada/);
  });
});
