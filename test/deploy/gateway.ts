import { once } from 'node:events';
import { createServer, type IncomingMessage, request } from 'node:http';
import { buffer } from 'node:stream/consumers';
import { listen } from '../servers/listen.ts';

/** A call on its way to the emulator. */
export interface Call {
  /** As `AWSGlue.UpdateTable`, or as `PUT /bucket/key`. */
  readonly name: string;
  readonly body: Buffer;
  /** What the emulator answers, where that is JSON. */
  forward(): Promise<object>;
}

interface Answer {
  readonly status: number;
  readonly headers: IncomingMessage['headers'];
  readonly body: Buffer;
}

/** An error that the service answers with. */
export interface Refusal {
  readonly refused: string;
}

/**
 * Sees each call before the emulator does. It may answer, or break the line off
 * by `lost`, or return nothing to let the call pass.
 */
export type Watcher = (
  call: Call,
) => Promise<object | 'lost' | undefined> | object | 'lost' | undefined;

export interface Gateway {
  readonly endpoint: string;
  /** Watches from now on, until the function that it returns is called. */
  watch(watcher: Watcher): () => void;
  stop(): Promise<void>;
}

const nameOf = ({ headers, method, url }: IncomingMessage): string => {
  const target = headers['x-amz-target'];
  return typeof target === 'string' ? target : `${method} ${url}`;
};

const pass = (to: string, from: IncomingMessage, body: Buffer) =>
  new Promise<Answer>((resolve, reject) => {
    const { method, url = '/', headers } = from;
    const options = { ...(method && { method }), headers };
    const sent = request(new URL(url, to), options, (answer) => {
      const { statusCode: status = 500 } = answer;
      buffer(answer).then(
        (text) => resolve({ status, headers: answer.headers, body: text }),
        reject,
      );
    });
    sent.on('error', reject);
    sent.end(body);
  });

/**
 * Stands before the emulator, so that a test can see, answer and lose calls that
 * the deployed functions make. The emulator itself is left as it is.
 */
export const startGateway = async (
  emulator: () => string,
): Promise<Gateway> => {
  const watchers = new Set<Watcher>();
  const server = createServer(async (from, to) => {
    try {
      const body = await buffer(from);
      const forward = async () =>
        JSON.parse((await pass(emulator(), from, body)).body.toString());
      for (const watcher of watchers) {
        const said = await watcher({ name: nameOf(from), body, forward });
        if (said === 'lost') return void to.destroy();
        if (said === undefined) continue;
        if ('refused' in said) to.statusCode = 400;
        to.setHeader('content-type', 'application/x-amz-json-1.1');
        return void to.end(
          JSON.stringify(
            'refused' in said ? { __type: said.refused, message: 'no' } : said,
          ),
        );
      }
      const answer = await pass(emulator(), from, body);
      const { 'transfer-encoding': _, ...headers } = answer.headers;
      to.writeHead(answer.status, headers);
      to.end(answer.body);
    } catch {
      to.destroy();
    }
  });
  const endpoint = await listen(server);
  return {
    endpoint,
    watch: (watcher) => {
      watchers.add(watcher);
      return () => watchers.delete(watcher);
    },
    stop: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
};
