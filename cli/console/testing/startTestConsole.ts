import { mkdtemp, rm } from 'node:fs/promises';
import http from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { localPlatform } from '../../../platform/local/localPlatform.ts';
import { runOnce } from '../../runOnce.ts';
import { type RunningConsole, startConsole } from '../startConsole.ts';

/** A folder of one pipeline, `hostile`, whose data and titles are attacks. */
export const HOSTILE = join(import.meta.dirname, 'pipelines');

export interface Answered {
  readonly status: number;
  readonly headers: http.IncomingHttpHeaders;
  readonly body: string;
}

export interface Request {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

/** A console over a lake of its own. */
export interface TestConsole extends RunningConsole {
  readonly lake: string;
  /** Sends just these headers, as no `fetch` would do. */
  ask(path: string, request?: Request): Promise<Answered>;
  /** Sends JSON as a page of the console does. */
  send(path: string, body: unknown, given?: string): Promise<Answered>;
  remove(): Promise<void>;
}

const ask = (port: string, path: string, request: Request = {}) =>
  new Promise<Answered>((resolve, reject) => {
    const { method = 'GET', headers = {}, body } = request;
    const sent = http.request(
      { host: '127.0.0.1', port, path, method, headers, agent: false },
      (answer) => {
        let text = '';
        answer.setEncoding('utf8').on('data', (part: string) => {
          text += part;
        });
        answer.on('end', () =>
          resolve({
            status: answer.statusCode ?? 0,
            headers: answer.headers,
            body: text,
          }),
        );
      },
    );
    sent.on('error', reject);
    sent.end(body);
  });

/** Runs some pipelines of a folder, and serves what they publish. */
export const startTestConsole = async (
  pipelines: string,
  run: readonly string[],
): Promise<TestConsole> => {
  const lake = await mkdtemp(join(tmpdir(), 'tributary-console-'));
  const platform = localPlatform({ lake, pipelines });
  for (const name of run) {
    const { result } = await runOnce(platform, name, null, {});
    if (result.error) throw new Error(result.error.message);
  }
  const running = await startConsole({
    platform,
    lake,
    port: 0,
    runOptions: {},
  });
  const { port, origin } = { ...running, port: new URL(running.origin).port };
  return {
    ...running,
    lake,
    ask: (path, request) => ask(port, path, request),
    send: (path, body, token = running.token) =>
      ask(port, path, {
        method: 'POST',
        headers: {
          origin,
          'content-type': 'application/json',
          'x-tributary-token': token,
        },
        body: JSON.stringify(body),
      }),
    remove: async () => {
      await running.close();
      await rm(lake, { recursive: true, force: true });
    },
  };
};
