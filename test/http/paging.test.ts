import type { HttpOptions, Paging } from '../../core/http.ts';
import { csv, json, rest } from '../../core/index.ts';
import { socrata } from '../servers/socrata.ts';
import {
  asked,
  type Respond,
  sendJson,
  startServer,
  type TestServer,
} from '../servers/startServer.ts';
import { columns, type LiveLake, liveLake } from './liveLake.ts';

let server: TestServer;
let lake: LiveLake;
beforeEach(async () => {
  lake = await liveLake();
});
afterEach(async () => {
  await server.close();
  await lake.remove();
});

const ALL = Array.from({ length: 25 }, (_, i) => ({ id: i, name: i * 2 }));
const number = (url: URL, name: string, other: number) =>
  Number(url.searchParams.get(name) ?? other);

/** An API of each style, ten records to a page. */
const SERVERS: Readonly<Record<string, Respond>> = {
  odata: (request, response) => {
    const skip = number(asked(request), '$skip', 0);
    const top = number(asked(request), '$top', 10);
    sendJson(response, { value: ALL.slice(skip, skip + top) });
  },
  capped: (request, response) => {
    const skip = number(asked(request), '$skip', 0);
    sendJson(response, { value: ALL.slice(skip, skip + 5) });
  },
  nextLink: (request, response) => {
    const at = number(asked(request), '$skiptoken', 0);
    sendJson(response, {
      value: ALL.slice(at, at + 10),
      ...(at + 10 < ALL.length && {
        '@odata.nextLink': `${server.origin}/v1?$skiptoken=${at + 10}`,
      }),
    });
  },
  link: (request, response) => {
    const page = number(asked(request), 'page', 1);
    const next = `</v1?page=${page + 1}>; rel="next", </v1>; rel="first"`;
    sendJson(
      response,
      { value: ALL.slice(page * 10 - 10, page * 10) },
      page < 3 ? { link: next } : { link: '</v1>; rel="first"' },
    );
  },
  cursor: (request, response) => {
    const at = number(asked(request), 'after', 0);
    const next = at + 10 < ALL.length ? at + 10 : null;
    sendJson(response, { value: ALL.slice(at, at + 10), meta: { next } });
  },
  page: (request, response) => {
    const page = number(asked(request), 'p', 1);
    const size = number(asked(request), 'size', 10);
    sendJson(response, { value: ALL.slice((page - 1) * size, page * size) });
  },
};

const api = (paging: Paging, more: Partial<HttpOptions> = {}) =>
  rest('a', {
    url: `${server.origin}/v1`,
    files: 'a/*.json',
    records: 'value',
    columns,
    paging,
    ...more,
  });

test('a secret parameter is sent for each page, and written down nowhere', async () => {
  server = await startServer((request, response) => {
    const url = asked(request);
    const at = number(url, 'at', 0);
    if (url.searchParams.get('subscription') !== 'hunter2&') {
      response.writeHead(403);
      response.end('no');
      return;
    }
    url.searchParams.set('at', `${at + 10}`);
    const link = `<${url.pathname}${url.search}>; rel="next"`;
    const headers = at < 20 ? { link } : undefined;
    sendJson(response, { value: ALL.slice(at, at + 10) }, headers);
  });
  const secrets = { read: async () => ({ value: 'hunter2&' }) };
  Object.assign(lake.platform, { secrets });
  const params = { subscription: { secret: 'shop' }, shop: 'one' };
  const { a } = await lake.land([api({ style: 'link' }, { params })]);
  expect(a?.records).toBe(ALL.length);
  expect(a?.requests?.map(({ url }) => url)).toEqual([
    `${server.origin}/v1?shop=one`,
    `${server.origin}/v1?shop=one&at=10`,
    `${server.origin}/v1?shop=one&at=20`,
  ]);
  for (const key of await lake.platform.store.list(''))
    expect(`${await lake.platform.store.read(key)}`).not.toContain('hunter2');
});

test.each<[string, string, Paging, number]>([
  ['$top and $skip', 'odata', { style: 'odata', top: 10 }, 4],
  ['a server that gives less', 'capped', { style: 'odata', top: 20 }, 6],
  [
    'a last page that is short',
    'odata',
    { style: 'odata', top: 10, shortPage: 'last' },
    3,
  ],
  ['a last page that is full', 'odata', { style: 'odata', top: 5 }, 6],
  ['@odata.nextLink', 'nextLink', { style: 'odata', top: 10 }, 3],
  ['a link header', 'link', { style: 'link' }, 3],
  [
    'a cursor',
    'cursor',
    { style: 'cursor', member: 'meta.next', param: 'after' },
    3,
  ],
  ['page numbers, to an empty one', 'page', { style: 'page', param: 'p' }, 4],
  [
    'page numbers with a size',
    'page',
    { style: 'page', param: 'p', size: { param: 'size', of: 20 } },
    3,
  ],
  [
    'page numbers, to a short one',
    'page',
    {
      ...{ style: 'page', param: 'p', shortPage: 'last' },
      size: { param: 'size', of: 20 },
    },
    2,
  ],
  [
    'pages of a size that the server does not give',
    'page',
    { style: 'page', param: 'p', size: { param: 'large', of: 500 } },
    4,
  ],
])('%s: all records, once', async (_, style, paging, requests) => {
  server = await startServer(SERVERS[style] as Respond);
  const { a } = await lake.land([api(paging)]);
  const pages = await Promise.all(
    (a?.files ?? []).map(({ path }) => lake.text(a, path)),
  );
  expect(pages.flatMap((page) => JSON.parse(page).value)).toEqual(ALL);
  expect(a?.records).toBe(ALL.length);
  expect(server.requests).toHaveLength(requests);
});

test.each<[string, string, Paging]>([
  ['page numbers', 'page', { style: 'page', param: 'p' }],
  ['OData', 'odata', { style: 'odata', top: 10 }],
  [
    'a cursor',
    'cursor',
    { style: 'cursor', member: 'meta.next', param: 'after' },
  ],
])('a byte order mark before each page: %s', async (_, style, paging) => {
  const respond = SERVERS[style] as Respond;
  server = await startServer((request, response) => {
    const end = response.end.bind(response);
    response.end = (text?: unknown) => end(`\uFEFF${text}`);
    respond(request, response);
  });
  const { a } = await lake.land([api(paging)]);
  expect(a?.records).toBe(ALL.length);
  expect(await lake.text(a)).toMatch(/^\uFEFF{/);
});

test('pages of an address that a URL would write otherwise', async () => {
  server = await startServer(SERVERS.odata as Respond);
  const { a } = await lake.land([
    api({ style: 'odata', top: 5 }, { params: { '@CNPJ': "'1'" } }),
  ]);
  expect(a?.records).toBe(ALL.length);
  expect(server.requests).toHaveLength(6);
});

const ROWS = Array.from({ length: 2500 }, (_, i) => `${i},${i * 3}`);

test.each([
  [1000, 50_000],
  [1250, 50_000],
  [50_000, 50_000],
  [5000, 1000],
])('Socrata in pages of %d, of which it gives %d', async (limit, most) => {
  server = await startServer(socrata('id,name', ROWS, most));
  const { a } = await lake.land([
    csv('a', {
      url: `${server.origin}/resource/a.csv`,
      params: { $where: "name > '0'" },
      files: 'a-*.csv',
      columns,
      paging: { style: 'socrata', limit, order: ':id' },
    }),
  ]);
  const texts = await Promise.all(
    (a?.files ?? []).map(({ path }) => lake.text(a, path)),
  );
  const rows = texts.flatMap((text) => text.trim().split('\n').slice(1));
  expect(rows).toEqual(ROWS);
  expect(a?.records).toBe(ROWS.length);
  const first = new URL(server.requests[0]?.url ?? '', server.origin);
  expect(Object.fromEntries(first.searchParams)).toEqual({
    $where: "name > '0'",
    $limit: `${limit}`,
    $offset: '0',
    $order: ':id',
  });
});

const always =
  (body: object): Respond =>
  (_, response) =>
    sendJson(response, { value: ALL.slice(0, 10), ...body });
let turn = 0;

test.each<[string, Respond, Paging, RegExp]>([
  [
    'a page that repeats',
    always({}),
    { style: 'odata', top: 10 },
    /source a, file a\/00002.json: page 2 repeats page 1: the paging goes in a circle$/,
  ],
  [
    'a cursor that does not move',
    (_, response) =>
      sendJson(response, { value: [{ id: turn++ }], next: 'same' }),
    { style: 'cursor', member: 'next', param: 'after' },
    /file a\/00003.json: the address of page 3 is that of page 2: the paging goes in a circle$/,
  ],
  [
    'an endless next link',
    (request, response) =>
      sendJson(
        response,
        { value: [{ id: turn++ }] },
        { link: `<${asked(request).pathname}?n=${turn}>; rel=next` },
      ),
    { style: 'link' },
    /more than 7 pages \(limits.pages\): does it ever end\?$/,
  ],
  [
    'a next page on another host',
    always({ '@odata.nextLink': 'http://169.254.169.254/latest?token=T9' }),
    { style: 'odata', top: 10 },
    /the next page is on another host: http:\/\/169.254.169.254\/latest\?token=\*\*\*$/,
  ],
  [
    'an error page among the pages',
    (_, response) => sendJson(response, { error: 'no such set' }),
    { style: 'odata', top: 10 },
    /the page has no list "value": is it an error page\?$/,
  ],
  [
    'two documents for a page',
    (_, response) => response.end('{"value": [{"id": 1}]}\n{"value": []}'),
    { style: 'cursor', member: 'next', param: 'after' },
    /source a, file a\/00001.json: the page is not JSON$/,
  ],
  [
    'half a page',
    (_, response) => response.end('{"value": [{"id": 1}, {"id"'),
    { style: 'link' },
    /not JSON/,
  ],
])('%s ends in one clear error', async (...row) => {
  const [, respond, paging, error] = row;
  server = await startServer(respond);
  const landing = lake.land([api(paging, { limits: { pages: 7 } })]);
  await expect(landing).rejects.toThrow(error);
  expect((await lake.landing()).filter((key) => /manifest/.test(key))).toEqual(
    [],
  );
});

test('JSON lines page by page', async () => {
  server = await startServer((request, response) => {
    const page = number(asked(request), 'page', 1);
    response.end(page > 2 ? ' \n' : `{"id": ${page}}\n{"id": ${page * 10}}\n`);
  });
  const { a } = await lake.land([
    json('a', {
      url: `${server.origin}/v1`,
      files: '*.json',
      columns,
      paging: { style: 'page', param: 'page' },
    }),
  ]);
  expect(a?.records).toBe(4);
});
