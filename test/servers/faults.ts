import type { OutgoingHttpHeaders } from 'node:http';
import { gzipSync } from 'node:zlib';
import type { Respond } from './startServer.ts';

/** Faults to be switched on in a test server: `server.faults.push(…)`. */

/** Sends some of the body, then the connection is gone. */
export const closesMidBody =
  (
    body: Buffer,
    after: number,
    headers: Record<string, string> = {},
  ): Respond =>
  (_, response) => {
    response.writeHead(200, { ...headers, 'content-length': body.length });
    response.write(body.subarray(0, after), () => response.destroy());
  };

/** Says nothing more, and keeps the connection. */
export const stalls =
  (body?: Buffer): Respond =>
  (_, response) => {
    if (!body) return;
    response.writeHead(200, { 'content-length': body.length + 1 });
    response.write(body);
  };

export const answers =
  (
    status: number,
    headers: Record<string, string> = {},
    body = 'not now',
  ): Respond =>
  (_, response) => {
    response.writeHead(status, headers);
    response.end(body);
  };

/** An error page that says it is all right. */
export const htmlPage =
  (type = 'text/html'): Respond =>
  (_, response) => {
    response.writeHead(200, { 'content-type': type });
    response.end('<!DOCTYPE html><html><body>Sorry</body></html>');
  };

/** A Content-Length that is not that of the body. */
export const declaresLength =
  (body: Buffer, declared: number): Respond =>
  (_, { socket }) => {
    const head = `HTTP/1.1 200 OK\r\nContent-Length: ${declared}\r\n\r\n`;
    socket?.write(Buffer.concat([Buffer.from(head), body]), () => {
      if (declared > body.length) socket.end();
    });
  };

/** So many bytes of blanks, packed into some thousandth of that. */
export const gzipBomb = (bytes: number): Respond => {
  const packed = gzipSync(Buffer.alloc(bytes, ' '));
  return (_, response) => {
    response.writeHead(200, { 'content-encoding': 'gzip' });
    response.end(packed);
  };
};

/**
 * Gives a part from where it is asked for, but ends before the file does.
 * @param total what it says the file has, where not the truth.
 */
export const endsEarly =
  (
    body: Buffer,
    bytes: number,
    headers: OutgoingHttpHeaders,
    { total = body.length, isChunked = false } = {},
  ): Respond =>
  (request, response) => {
    const [, from = 0] =
      /^bytes=(\d+)-/.exec(request.headers.range ?? '') ?? [];
    const start = Number(from);
    const end = isChunked ? body.length : start + bytes;
    response.writeHead(206, {
      ...headers,
      'content-range': `bytes ${start}-${end - 1}/${total}`,
      ...(!isChunked && { 'content-length': bytes }),
    });
    response.end(body.subarray(start, start + bytes));
  };

export const redirects =
  (to: string, status = 302): Respond =>
  (_, response) => {
    response.writeHead(status, { location: to });
    response.end();
  };
