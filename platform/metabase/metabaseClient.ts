import { setTimeout as wait } from 'node:timers/promises';
import axios, { type AxiosInstance, type AxiosResponse } from 'axios';
import { MetabaseAwayError, MetabaseError } from '../../core/errors.ts';

export type Json = Readonly<Record<string, unknown>>;

/** Calls of a Metabase server's HTTP API. */
export interface MetabaseClient {
  readonly url: string;
  /** How many requests were made, and how many of them change something. */
  readonly counts: { requests: number; writes: number };
  get<T>(path: string): Promise<T>;
  /** @returns `undefined` where there is none. */
  find<T>(path: string): Promise<T | undefined>;
  post<T>(path: string, body: Json): Promise<T>;
  put<T>(path: string, body: Json): Promise<T>;
  /** Sends a header with each call from now on. */
  authorise(name: 'x-api-key' | 'X-Metabase-Session', value: string): void;
  /**
   * Waits until the server has started.
   * @param waits is told, once, why there is something to wait for.
   * @throws MetabaseAwayError after `ms`.
   */
  ready(ms: number, waits?: (why: string) => void): Promise<void>;
}

const CALL_MS = 60_000;
const PAUSE_MS = 1000;

/** Of a load balancer whose server is not there, or of one that starts. */
const AWAY: readonly number[] = [502, 503, 504];

/** The server's words, of which it has several ways. */
const wordsOf = ({ data }: AxiosResponse): string => {
  if (typeof data === 'string') return data.slice(0, 500);
  const { message, error, errors } = (data ?? {}) as Json;
  const said = message ?? error ?? errors;
  return typeof said === 'string' ? said : JSON.stringify(said ?? {});
};

const refuse = (url: string, what: string, response: AxiosResponse): never => {
  const { status } = response;
  if (status === 401 || status === 403)
    throw new MetabaseError(
      `${url} refuses ${what} (${status}): is the key or password of the ` +
        'secret still right, and may it write?',
    );
  if (AWAY.includes(status))
    throw new MetabaseAwayError(
      `${url} is starting (${status}): try again in a minute`,
    );
  throw new MetabaseError(
    `${url} answers ${what} with ${status}: ${wordsOf(response)}`,
  );
};

/** A client of one server; its calls end after a minute. */
export const metabaseClient = (
  address: string,
  pauseMs: number = PAUSE_MS,
): MetabaseClient => {
  const url = address.replace(/\/+$/, '');
  const http: AxiosInstance = axios.create({
    baseURL: url,
    timeout: CALL_MS,
    maxRedirects: 0,
    validateStatus: () => true,
  });
  const counts = { requests: 0, writes: 0 };
  const send = async (method: string, path: string, data?: Json) => {
    counts.requests++;
    if (method !== 'GET' && path !== '/api/session') counts.writes++;
    return http.request({ method, url: path, data }).catch((cause: Error) => {
      const { code } = cause as { code?: string };
      throw new MetabaseAwayError(
        `${url} does not answer: ${code ?? cause.message}`,
        {},
        // Not the cause itself: it holds the headers, and so the key.
      );
    });
  };
  const call = async <T>(method: string, path: string, body?: Json) => {
    const response = await send(method, path, body);
    if (response.status >= 300) refuse(url, `${method} ${path}`, response);
    return response.data as T;
  };
  return {
    url,
    counts,
    get: (path) => call('GET', path),
    find: async <T>(path: string) => {
      const response = await send('GET', path);
      if (response.status === 404) return undefined;
      if (response.status >= 300) refuse(url, `GET ${path}`, response);
      return response.data as T;
    },
    post: (path, body) => call('POST', path, body),
    put: (path, body) => call('PUT', path, body),
    authorise: (name, value) => {
      http.defaults.headers.common[name] = value;
    },
    ready: async (ms, waits) => {
      const deadline = Date.now() + ms;
      for (let tries = 1; ; tries++) {
        const response = await send('GET', '/api/health').catch(
          (error: MetabaseAwayError) => error,
        );
        const isAnswer = !(response instanceof MetabaseAwayError);
        if (isAnswer && response.status === 200) return;
        if (isAnswer && !AWAY.includes(response.status))
          refuse(url, 'GET /api/health', response);
        const isLate = Date.now() + pauseMs > deadline;
        if (!isAnswer && isLate) throw response;
        if (isLate)
          throw new MetabaseAwayError(
            `${url} is still starting after ${ms / 1000} s: try again`,
          );
        if (tries === 1)
          waits?.(isAnswer ? `${url} is starting` : response.message);
        await wait(pauseMs);
      }
    },
  };
};
