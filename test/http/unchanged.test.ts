import { csv } from '../../core/index.ts';
import { keys } from '../../functions/shared/keys.ts';
import { fileServer } from '../servers/files.ts';
import { startServer, type TestServer } from '../servers/startServer.ts';
import { columns, type LiveLake, liveLake } from './liveLake.ts';

let files: Record<string, string>;
let server: TestServer;
let lake: LiveLake;
beforeEach(async () => {
  files = { '/1.csv': 'id,name\n1,2\n', '/2.csv': 'id,name\n3,4\n5,6\n' };
  server = await startServer((...of) => fileServer(files)(...of));
  lake = await liveLake();
});
afterEach(async () => {
  await server.close();
  await lake.remove();
});

const source = (separator = ',') =>
  csv('a', {
    url: [`${server.origin}/1.csv`, `${server.origin}/2.csv`],
    files: 'a/*.csv',
    columns,
    separator,
  });

const statuses = (of: Awaited<ReturnType<LiveLake['land']>>) =>
  of.a?.requests?.map(({ status }) => status);

test('what has not changed is that of the run before, by reference', async () => {
  const first = await lake.land([source()]);
  files['/2.csv'] = 'id,name\n7,8\n';
  const second = await lake.land([source()]);
  expect(statuses(second)).toEqual([304, 200]);
  expect(second.a?.reused).toBe(1);
  expect(second.a?.files[0]).toEqual(first.a?.files[0]);
  expect(second.a?.files[1]?.key).toContain(`run=${second.a?.run}/`);
  expect(second.a?.records).toBe(2);
  // And the third knows it from the second.
  const third = await lake.land([source()]);
  expect(statuses(third)).toEqual([304, 304]);
  expect(third.a?.files).toEqual(second.a?.files);
});

test('what was cleaned away is fetched again', async () => {
  const first = await lake.land([source()]);
  await lake.platform.store.remove(first.a?.files[0]?.key ?? '');
  expect(statuses(await lake.land([source()]))).toEqual([200, 304]);
});

test('of a run without an output, what has other bytes now is fetched again', async () => {
  const first = await lake.land([source()]);
  const { store } = lake.platform;
  await store.remove(keys.output('shop', first.a?.run ?? ''));
  const [spoilt] = first.a?.files ?? [];
  await store.write(spoilt?.key ?? '', '\0'.repeat(spoilt?.bytes ?? 0));
  const second = await lake.land([source()]);
  expect(statuses(second)).toEqual([200, 304]);
  expect(await lake.text(second.a, spoilt?.path)).toBe(files['/1.csv']);
});

test('another form counts its records anew', async () => {
  await lake.land([source()]);
  const second = await lake.land([source(';')]);
  expect(statuses(second)).toEqual([200, 200]);
});

test('addresses that are shown alike are told apart', async () => {
  const modified = { 'last-modified': 'Wed, 01 May 2024 00:00:00 GMT' };
  const authors = () =>
    csv('a', {
      url: `${server.origin}/rows?author={author}`,
      forEach: { values: { author: ['x', 'y'] } },
      files: 'a/*.csv',
      columns,
    });
  server.fault = (request, response) => {
    if (request.headers['if-modified-since']) {
      response.writeHead(304, modified).end();
      return;
    }
    const author = new URL(request.url ?? '', server.origin).searchParams;
    response.writeHead(200, { 'content-type': 'text/csv', ...modified });
    response.end(`id,name\n${author.get('author')?.codePointAt(0)},1\n`);
  };
  const first = await lake.land([authors()]);
  const second = await lake.land([authors()]);
  expect(statuses(second)).toEqual([304, 304]);
  expect(second.a?.files).toEqual(first.a?.files);
  const texts = (second.a?.files ?? []).map(({ path }) =>
    lake.text(second.a, path),
  );
  expect((await Promise.all(texts)).sort()).toEqual([
    'id,name\n120,1\n',
    'id,name\n121,1\n',
  ]);
  expect(JSON.stringify(second.a)).not.toContain('author=x');
});
