import type { HttpOptions } from '../../core/http.ts';
import { rest } from '../../core/index.ts';
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
const ROWS = ALL.map(({ id, name }) => `${id},${name}`);

/** Lists of ten records: by `page`, and with a link to the next. */
const lists: Respond = (request, response) => {
  const page = Number(asked(request).searchParams.get('page') ?? 1);
  sendJson(
    response,
    ALL.slice(page * 10 - 10, page * 10),
    page < 3 ? { link: `</v1?page=${page + 1}>; rel="next"` } : {},
  );
};

const api = (more: Partial<HttpOptions>) =>
  rest('a', {
    url: `${server.origin}/v1.json`,
    files: 'a/*.json',
    columns,
    ...more,
  });

test.each<[string, Respond, HttpOptions['paging'], number, number]>([
  ['links', lists, { style: 'link' }, 3, 3],
  ['page numbers', lists, { style: 'page', param: 'page' }, 3, 4],
  [
    'Socrata, to an empty page',
    socrata('id,name', ROWS),
    { style: 'socrata', limit: 10, order: ':id' },
    3,
    4,
  ],
  [
    'Socrata, of which it gives less',
    socrata('id,name', ROWS, 5),
    { style: 'socrata', limit: 10, order: ':id' },
    5,
    6,
  ],
  [
    'Socrata, to a short page',
    socrata('id,name', ROWS),
    { style: 'socrata', limit: 10, order: ':id', shortPage: 'last' },
    3,
    3,
  ],
  ['one page', socrata('id,name', ROWS), undefined, 1, 1],
])('pages that are lists, by %s: all records, once', async (...row) => {
  const [, respond, paging, files, requests] = row;
  server = await startServer(respond);
  const { a } = await lake.land([
    api(paging ? { paging } : { url: `${server.origin}/a.json` }),
  ]);
  const pages = await Promise.all(
    (a?.files ?? []).map(({ path }) => lake.text(a, path)),
  );
  const records = pages.flatMap((page) => JSON.parse(page));
  expect(records.map(({ id, name }) => `${id},${name}`)).toEqual(ROWS);
  expect(a).toMatchObject({ records: ALL.length });
  expect(a?.files).toHaveLength(files);
  expect(server.requests).toHaveLength(requests);
});

test('a list for each of some values', async () => {
  server = await startServer((request, response) =>
    sendJson(response, [{ id: Number(asked(request).searchParams.get('of')) }]),
  );
  const { a } = await lake.land([
    api({ params: { of: '{of}' }, forEach: { values: { of: [1, 2] } } }),
  ]);
  expect(a?.files.map(({ path, records }) => [path, records])).toEqual([
    ['a/1.json', 1],
    ['a/2.json', 1],
  ]);
});

test.each<[string, Respond, Partial<HttpOptions>, RegExp]>([
  [
    'an object in place of a list',
    (request, response) =>
      asked(request).searchParams.has('page')
        ? sendJson(response, { message: 'no such page', status: 'gone' })
        : lists(request, response),
    { paging: { style: 'link' } },
    /source a, file a\/00002\.json, line 1: the page is an object of "message", "status", and no list: is it an error page, or are its records in a member \(`records`\)\?$/,
  ],
  [
    'a list that repeats',
    (_, response) => sendJson(response, ALL.slice(0, 10)),
    { paging: { style: 'page', param: 'page' } },
    /page 2 repeats page 1: the paging goes in a circle$/,
  ],
  [
    'half a list',
    (_, response) => response.end('[{"id": 1}, {"id"'),
    {},
    /file a\/\S*\.json, line 1: the page is not JSON$/,
  ],
])('%s ends in one clear error', async (_, respond, more, error) => {
  server = await startServer(respond);
  await expect(lake.land([api(more)])).rejects.toThrow(error);
});

test('a list in place of an object ends in one clear error', async () => {
  server = await startServer(lists);
  const source = rest('a', {
    ...{ url: `${server.origin}/v1`, files: 'a/*.json', columns },
    records: 'value',
  });
  await expect(lake.land([source])).rejects.toThrow(
    /source a, file a\/\S*\.json, line 1, column value: the page has no list "value": it is a list itself, which needs no `records`$/,
  );
});
