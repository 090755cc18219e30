import http from 'node:http';
import https from 'node:https';
import type { OnReadOpts, Socket } from 'node:net';

type Connect = (
  options: object,
  ...rest: readonly unknown[]
) => Socket | undefined;

/** What is read at once. Node's own 64 KiB take a third of the time longer. */
const READ_BYTES = 128 << 10;

/** Takes what comes over a connection, in place of the parser of HTTP. */
export interface Taker {
  /** Memory for what comes next, if there is some. */
  readonly room: () => Buffer | undefined;
  /**
   * Is given bytes that came, mostly in this memory.
   * @returns whether more may come; else the connection is to be resumed.
   */
  readonly take: (bytes: Buffer) => boolean;
}

/** Who takes what comes over a connection; the parser where there is none. */
const takers = new WeakMap<Socket, { taker?: Taker }>();

/** @returns whether it is a connection that can be taken over. */
export const takeOver = (socket: Socket, taker: Taker): boolean => {
  const taken = takers.get(socket);
  if (taken) taken.taker = taker;
  return taken !== undefined;
};

/**
 * Connects with one block of memory that all is read into. The parser of HTTP
 * copies a body out of it, so that it can be filled again.
 */
const intoOneBlock = (connect: Connect): Connect =>
  function (this: http.Agent, options, ...rest) {
    const own = Buffer.allocUnsafeSlow(READ_BYTES);
    const taken: { taker?: Taker } = {};
    const onread: OnReadOpts = {
      buffer: () => taken.taker?.room() ?? own,
      callback: (length, block) => {
        const bytes = Buffer.from(block.buffer, block.byteOffset, length);
        if (taken.taker) return taken.taker.take(bytes);
        socket?.emit('data', bytes);
        return true;
      },
    };
    const socket = connect.call(this, { ...options, onread }, ...rest);
    if (socket) takers.set(socket, taken);
    return socket;
  };

/** Gives up a connection that does not stand in time, its TLS included. */
const inTime = (connect: Connect, ms: number, stands: string): Connect =>
  function (this: http.Agent, ...args) {
    const socket = connect.apply(this, args);
    const timer = setTimeout(
      () => socket?.destroy(new Error(`no connection within ${ms / 1000} s`)),
      ms,
    );
    const stop = () => clearTimeout(timer);
    socket?.once(stands, stop).once('close', stop);
    return socket;
  };

/** Connections that are kept for the next request; certificates are checked. */
export const agentsOf = (connectMs: number) => {
  const plain = new http.Agent({ keepAlive: true });
  const secure = new https.Agent({ keepAlive: true });
  plain.createConnection = inTime(
    intoOneBlock(plain.createConnection as Connect),
    connectMs,
    'connect',
  );
  secure.createConnection = inTime(
    intoOneBlock(secure.createConnection as Connect),
    connectMs,
    'secureConnect',
  );
  return {
    httpAgent: plain,
    httpsAgent: secure,
    close: () => {
      plain.destroy();
      secure.destroy();
    },
  };
};
