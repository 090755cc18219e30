import {
  createServer,
  type IncomingMessage,
  type ServerResponse,
} from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';

export type Respond = (
  request: IncomingMessage,
  response: ServerResponse,
) => void;

/** A server of this machine that stands in for one of the internet. */
export interface TestServer {
  readonly origin: string;
  /** Method, address and headers of every request, in their order. */
  readonly requests: {
    readonly url: string;
    readonly headers: IncomingMessage['headers'];
    readonly at: number;
  }[];
  /** The next requests are answered by these; then all is well again. */
  readonly faults: Respond[];
  /** Answers every request, until it is taken away. */
  fault: Respond | undefined;
  close(): Promise<void>;
}

/** Starts a server on a free port of the loopback interface. */
export const startServer = async (
  respond: Respond,
  tls?: { readonly key: string; readonly cert: string },
): Promise<TestServer> => {
  const requests: TestServer['requests'] = [];
  const faults: Respond[] = [];
  const answer: Respond = (request, response) => {
    const { url = '/', headers } = request;
    requests.push({ url, headers, at: performance.now() });
    (faults.shift() ?? state.fault ?? respond)(request, response);
  };
  const server = tls ? createTlsServer(tls, answer) : createServer(answer);
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const { port } = server.address() as AddressInfo;
  const state: TestServer = {
    origin: `${tls ? 'https' : 'http'}://127.0.0.1:${port}`,
    requests,
    faults,
    fault: undefined,
    close: () => {
      server.closeAllConnections();
      return new Promise((done) => server.close(() => done()));
    },
  };
  return state;
};

/** The path and parameters that a request asks for. */
export const asked = ({ url = '/' }: IncomingMessage): URL =>
  new URL(url, 'http://server.test');

/** Answers with a document of JSON. */
export const sendJson = (
  response: Parameters<Respond>[1],
  body: unknown,
  headers: Record<string, string> = {},
): void => {
  response.writeHead(200, { 'content-type': 'application/json', ...headers });
  response.end(JSON.stringify(body));
};
