import http from 'node:http';
import https from 'node:https';
import type { Duplex } from 'node:stream';

type Connect = http.Agent['createConnection'];

/** Gives up a connection that does not stand in time, its TLS included. */
const inTime = (connect: Connect, ms: number, stands: string): Connect =>
  function (this: http.Agent, ...args) {
    const socket = connect.apply(this, args) as Duplex;
    const timer = setTimeout(
      () => socket.destroy(new Error(`no connection within ${ms / 1000} s`)),
      ms,
    );
    const stop = () => clearTimeout(timer);
    socket.once(stands, stop).once('close', stop);
    return socket;
  };

/** Connections that are kept for the next request; certificates are checked. */
export const agentsOf = (connectMs: number) => {
  const plain = new http.Agent({ keepAlive: true });
  const secure = new https.Agent({ keepAlive: true });
  plain.createConnection = inTime(plain.createConnection, connectMs, 'connect');
  secure.createConnection = inTime(
    secure.createConnection,
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
