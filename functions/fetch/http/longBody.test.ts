import { createHash } from 'node:crypto';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Answer, newClient } from './client.ts';
import { BLOCKS, LONG_BYTES } from './longBody.ts';

const BYTES = LONG_BYTES + 12_345_678;
const body = Buffer.alloc(
  BYTES,
  'a long body, of which no block is like another',
);
for (let at = 0; at < BYTES; at += 1000) body.writeUInt32LE(at, at);

let server: Server;
const client = newClient();
afterEach(() => {
  server.closeAllConnections();
  server.close();
});
afterAll(() => client.close());

const ask = (signal = new AbortController().signal): Promise<Answer> => {
  const { port } = server.address() as AddressInfo;
  const url = `http://127.0.0.1:${port}/`;
  return client.open({ url, headers: {}, secrets: {}, signal });
};
const serve = async (listener: RequestListener) => {
  server = createServer(listener).listen(0, '127.0.0.1');
  await new Promise((done) => server.once('listening', done));
};

/** What came until its end, or until it broke off. */
const receive = async (answer: Answer, waitMs = 0) => {
  const digest = createHash('sha256');
  const memories = new Set<ArrayBufferLike>();
  let bytes = 0;
  let fault: unknown;
  try {
    for await (const chunk of answer.body) {
      if (waitMs > 0) await sleep(waitMs);
      digest.update(chunk);
      memories.add(chunk.buffer);
      bytes += chunk.length;
    }
  } catch (error) {
    fault = error;
  }
  await new Promise(setImmediate);
  const excess = answer.fault();
  answer.close();
  return {
    ...{ bytes, fault, excess, memories },
    digest: digest.digest('hex'),
  };
};
const digestOf = (bytes: Buffer) =>
  createHash('sha256').update(bytes).digest('hex');

test.each([
  ['as fast as it can be', 0],
  ['slowly', 5],
])('a long body is read %s, in few blocks of memory', async (_, waitMs) => {
  await serve((_request, response) => {
    response.writeHead(200, { 'content-length': BYTES }).end(body);
  });
  const { memories, ...received } = await receive(await ask(), waitMs);
  expect(received).toMatchObject({ bytes: BYTES, digest: digestOf(body) });
  expect([received.fault, received.excess]).toEqual([undefined, undefined]);
  // Those that are filled again, and what the parser had.
  expect(memories.size).toBeLessThanOrEqual(BLOCKS + 1);
});

test('a long body that comes bit by bit', async () => {
  await serve(async (_request, response) => {
    response.writeHead(200, { 'content-length': BYTES });
    for (let at = 0; at < BYTES; at += 3_000_001) {
      response.write(body.subarray(at, at + 3_000_001));
      await sleep(3);
    }
    response.end();
  });
  const { bytes, digest } = await receive(await ask());
  expect([bytes, digest]).toEqual([BYTES, digestOf(body)]);
});

test('what came of a body that broke off is given, then the error', async () => {
  const sent = 3_000_000;
  await serve((_request, response) => {
    response.writeHead(200, { 'content-length': BYTES });
    response.write(body.subarray(0, sent), () =>
      setTimeout(() => response.destroy(), 20),
    );
  });
  const { bytes, digest, fault } = await receive(await ask());
  expect([bytes, digest]).toEqual([sent, digestOf(body.subarray(0, sent))]);
  expect(fault).toMatchObject({ message: 'aborted' });
});

test('bytes behind the end are told, and are not part of it', async () => {
  await serve(({ socket }) => {
    socket.write(`HTTP/1.1 200 OK\r\ncontent-length: ${BYTES}\r\n\r\n`);
    socket.write(body);
    socket.write('more');
  });
  const { bytes, digest, excess } = await receive(await ask());
  expect([bytes, digest]).toEqual([BYTES, digestOf(body)]);
  expect(excess?.message).toMatch('more bytes came than its Content-Length');
});

test('a request that is ended in the middle of a long body fails', async () => {
  await serve((_request, response) => {
    response.writeHead(200, { 'content-length': BYTES });
    response.write(body.subarray(0, 1000));
  });
  const end = new AbortController();
  const answer = await ask(end.signal);
  setTimeout(() => end.abort(), 20);
  expect(await receive(answer)).toMatchObject({
    fault: { message: 'canceled' },
  });
});

test.each([
  ['short', { 'content-length': 1000 }],
  ['of unknown length', {}],
])('a body that is %s leaves its connection to others', async (_, headers) => {
  const sockets = new Set<object>();
  await serve(({ socket }, response) => {
    sockets.add(socket);
    response.writeHead(200, headers).end(body.subarray(0, 1000));
  });
  for (let i = 0; i < 3; i++)
    expect(await receive(await ask())).toMatchObject({
      bytes: 1000,
      digest: digestOf(body.subarray(0, 1000)),
    });
  expect(sockets.size).toBe(1);
});
