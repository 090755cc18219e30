import { writeFile } from 'node:fs/promises';
import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { lineageReceiver } from '../../platform/openlineage/receivers.ts';
import { folder, isValid, world } from './world.ts';

interface Asked {
  readonly url: string | undefined;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** A receiver that answers every event with one status. */
const serve = async (
  status: number,
  act: (address: string, asked: Asked[]) => Promise<void>,
) => {
  const asked: Asked[] = [];
  const server = createServer((request, response) => {
    let body = '';
    request.setEncoding('utf8').on('data', (text) => {
      body += text;
    });
    request.on('end', () => {
      asked.push({ url: request.url, headers: request.headers, body });
      response.writeHead(status).end();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  try {
    await act(`http://127.0.0.1:${port}`, asked);
  } finally {
    await new Promise((resolve) => {
      server.closeAllConnections();
      server.close(resolve);
    });
  }
};

test('events go to an address, with its key and namespace', () =>
  serve(201, async (address, asked) => {
    const { run } = world(address, {
      OPENLINEAGE_API_KEY: 'secret',
      OPENLINEAGE_NAMESPACE: 'team',
    });
    expect((await run('loans'))?.notices).toBeUndefined();
    expect(asked.length).toBe(6);
    expect(new Set(asked.map(({ url }) => url))).toEqual(
      new Set(['/api/v1/lineage']),
    );
    expect(asked[0]?.headers).toMatchObject({
      authorization: 'Bearer secret',
      'content-type': 'application/json',
    });
    const check = await isValid();
    const events = asked.map(({ body }) => JSON.parse(body));
    expect(events.flatMap((event) => check(event))).toEqual([]);
    expect(events[0].job.namespace).toBe('team');
  }));

test('a receiver that fails does not fail the run, but is told of', () =>
  serve(500, async (address, asked) => {
    const ledger = await world(`${address}/mine`).run('loans');
    expect(ledger?.outcome).toBe('published');
    expect(ledger?.notices).toEqual([
      `OpenLineage: START did not arrive: ${address} answered 500`,
      `OpenLineage: COMPLETE did not arrive: ${address} answered 500`,
    ]);
    expect(asked.map(({ url }) => url)).toEqual(['/mine', '/mine']);
  }));

test('nobody at the address, or no place for the file: the run goes on', async () => {
  let gone = '';
  await serve(200, async (address) => {
    gone = address;
  });
  const away = await world(gone).run('loans');
  expect(away?.outcome).toBe('published');
  expect(away?.notices?.[0]).toMatch(
    /^OpenLineage: START did not arrive: .*ECONNREFUSED/,
  );
  await writeFile(join(folder, 'a-file'), '');
  const blocked = await world(join(folder, 'a-file', 'events.ndjson')).run(
    'loans',
  );
  expect(blocked?.outcome).toBe('published');
  expect(blocked?.notices?.length).toBe(2);
});

test.each([
  [undefined, {}, false],
  [undefined, { OPENLINEAGE_URL: 'http://x.example' }, true],
  [
    undefined,
    { OPENLINEAGE_URL: 'http://x.example', OPENLINEAGE_DISABLED: 'true' },
    false,
  ],
  ['events.ndjson', { OPENLINEAGE_DISABLED: 'true' }, true],
])('receiver of %s in %j: %s', (target, environment, isThere) => {
  expect(lineageReceiver(target, environment) !== undefined).toBe(isThere);
});

test('what is no address is refused', () => {
  expect(() => lineageReceiver('ftp://x.example', {})).toThrow(
    'is no http address and no file',
  );
});
