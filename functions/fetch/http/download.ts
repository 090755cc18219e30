import type { IncomingHttpHeaders } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import pRetry from 'p-retry';
import { SourceError } from '../../../core/errors.ts';
import type { Body } from './body.ts';
import type { Answer, Client } from './client.ts';
import { explained, RetryableError, retryAfterMs } from './errors.ts';
import { ACCEPTED, unpacked } from './unpack.ts';

const MAX_BACKOFF_MS = 60_000;
const SHOWN_CHARACTERS = 200;
const READ_CHARACTERS = 4096;

/** One address to fetch, and the bounds on it. */
export interface DownloadRequest {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly secrets: Readonly<Record<string, string>>;
  readonly secretParams: Readonly<Record<string, string>>;
  /** A text of the server's as it may be written down. */
  readonly shown: (text: string) => string;
  /** What was received last time: its validators. */
  readonly known?: { readonly etag?: string; readonly lastModified?: string };
  /** How long the source may take yet. */
  readonly deadline: Deadline;
  readonly tries: number;
  readonly backoffMs: number;
  /** Waits for the moment at which the host may be asked, before each try. */
  readonly pace: () => Promise<void>;
  /**
   * Called with the number of bytes that have come, unpacked; a negative one
   * where they are not used.
   */
  readonly onBytes: (bytes: number) => void;
}

/** The moment at which a source has taken too long. */
export interface Deadline {
  readonly signal: AbortSignal;
  readonly leftMs: () => number;
  readonly error: () => SourceError;
}

export interface Downloaded {
  /** 200, also where it came in parts; 304 where nothing has changed. */
  readonly status: 200 | 304;
  readonly headers: IncomingHttpHeaders;
  readonly tries: number;
}

const header = (headers: IncomingHttpHeaders, name: string) =>
  String(headers[name] ?? '');

const isStrong = (etag = '') => etag !== '' && !etag.startsWith('W/');

/** What tells that the rest belongs to the bytes that are there. */
const validatorOf = (headers: IncomingHttpHeaders): string | undefined => {
  const { etag, 'last-modified': lastModified } = headers;
  return isStrong(etag) ? etag : lastModified;
};

/** What of an answer is another as soon as its bytes are others. */
type Version = Pick<IncomingHttpHeaders, 'etag' | 'last-modified'>;

const mayBeSame = (before: string | undefined, now: string | undefined) =>
  before === undefined || now === undefined || before === now;

/** Servers may give a part of what is there now, whatever they were asked. */
const isOfVersion = (before: Version, now: Version): boolean =>
  isStrong(before.etag) && isStrong(now.etag)
    ? before.etag === now.etag
    : mayBeSame(before.etag, now.etag) &&
      mayBeSame(before['last-modified'], now['last-modified']);

/** The beginning of an error's body: APIs say there what is wrong. */
const shownBody = async (
  { body }: Answer,
  shown: DownloadRequest['shown'],
): Promise<string> => {
  let text = '';
  try {
    for await (const chunk of body) {
      text += chunk.toString('utf8');
      if (text.length >= READ_CHARACTERS) break;
    }
  } catch {
    // The status says enough.
  }
  // A secret may begin before the end of what is shown.
  const line = shown(text)
    .replace(/\s+/g, ' ')
    .trim()
    .slice(0, SHOWN_CHARACTERS);
  return line ? `: ${line}` : '';
};

const refusal = async (
  answer: Answer,
  shown: DownloadRequest['shown'],
): Promise<Error> => {
  const { status, headers } = answer;
  const said = `it answers ${status}${await shownBody(answer, shown)}`;
  const mayChange = status === 429 || status === 408 || status >= 500;
  return mayChange
    ? new RetryableError(said, retryAfterMs(headers['retry-after'], Date.now()))
    : new SourceError(said);
};

/** Which part of how many bytes comes, of `bytes 10-99/100`. */
const partOf = (headers: IncomingHttpHeaders) => {
  const [, start, total] =
    /^bytes (\d+)-\d+\/(\d+)$/.exec(header(headers, 'content-range')) ?? [];
  return total === undefined
    ? undefined
    : { start: Number(start), total: Number(total) };
};

/** How many bytes a whole answer has, where it says so. */
const totalOf = ({ 'content-length': length }: IncomingHttpHeaders) =>
  length === undefined ? undefined : Number(length);

/** Reads a body to its end, and makes sure that it is the end. */
const receive = async (
  answer: Answer,
  body: Body,
  onBytes: (bytes: number) => void,
  onPacked: () => void,
): Promise<void> => {
  const { headers } = answer;
  let received = 0;
  const { chunks, isPacked } = await unpacked(answer.body, {
    encoding: header(headers, 'content-encoding').toLowerCase(),
    isStart: body.bytes === 0,
    onReceived: (bytes) => {
      received += bytes;
      answer.alive();
    },
  });
  if (isPacked) onPacked();
  for await (const chunk of chunks) {
    onBytes(chunk.length);
    await body.write(chunk);
  }
  const declared = headers['content-length'];
  if (declared !== undefined && Number(declared) !== received)
    throw new RetryableError(`${received} of ${declared} bytes came`);
};

/**
 * Fetches one address into a body: again where it fails and may succeed, from
 * where it broke off where the server can.
 * @throws SourceError where it cannot be had within the bounds.
 */
export const download = async (
  client: Client,
  request: DownloadRequest,
  body: Body,
): Promise<Downloaded> => {
  const { url, secrets, secretParams, known = {} } = request;
  const { deadline, tries, backoffMs } = request;
  /** Of the bytes that are there; without it they cannot be gone on with. */
  let validator: string | undefined;
  let version: Version = {};
  /** How many bytes there are in all, where the server says so. */
  let total: number | undefined;
  let made = 0;

  const conditions = (): Record<string, string> => {
    if (body.bytes > 0 && validator !== undefined)
      return { range: `bytes=${body.bytes}-`, 'if-range': validator };
    return {
      ...(known.etag !== undefined && { 'if-none-match': known.etag }),
      ...(known.lastModified !== undefined && {
        'if-modified-since': known.lastModified,
      }),
    };
  };

  const restart = async () => {
    request.onBytes(-body.bytes);
    await body.restart();
  };

  const attempt = async (): Promise<Downloaded> => {
    made++;
    await request.pace();
    if (validator === undefined && body.bytes > 0) await restart();
    const asked = conditions();
    const answer = await client.open({
      url,
      headers: { 'accept-encoding': ACCEPTED, ...request.headers, ...asked },
      ...{ secrets, secretParams },
      signal: deadline.signal,
    });
    const { status, headers } = answer;
    try {
      if (status === 304 && !asked.range)
        return { status, headers, tries: made };
      const part = partOf(headers);
      const goesOn =
        status === 206 &&
        !headers['content-encoding'] &&
        part?.start === body.bytes &&
        isOfVersion(version, headers) &&
        part.total === (total ?? part.total);
      if (asked.range && !goesOn && [200, 206, 416].includes(status)) {
        validator = undefined;
        await restart();
        if (status !== 200)
          throw new RetryableError('the server gives another part of it');
      }
      if (status !== 200 && !goesOn) throw await refusal(answer, request.shown);
      if (!goesOn) {
        validator = validatorOf(headers);
        version = headers;
      }
      total = goesOn ? part?.total : totalOf(headers);
      // Unpacked bytes cannot be gone on with, even where it breaks off now.
      await receive(answer, body, request.onBytes, () => {
        validator = undefined;
        total = undefined;
      });
      // A server may give less than the rest, and call it a success.
      if (total !== undefined && body.bytes !== total) {
        if (body.bytes > total) validator = undefined;
        throw new RetryableError(`${body.bytes} of ${total} bytes came`);
      }
      await new Promise(setImmediate);
      const fault = answer.fault();
      if (fault) {
        validator = undefined;
        throw fault;
      }
      return { status: 200, headers, tries: made };
    } catch (error) {
      throw error instanceof SourceError ? error : (answer.fault() ?? error);
    } finally {
      answer.close();
    }
  };

  const waited = async (error: Error, isLast: boolean) => {
    if (!(error instanceof RetryableError) || isLast) return;
    if (error.waitMs > deadline.leftMs())
      throw new SourceError(
        `${error.message}; it asks to wait ${error.waitMs / 1000} s, longer ` +
          'than the time that is left',
      );
    await sleep(error.waitMs, undefined, { signal: deadline.signal });
  };

  try {
    return await pRetry(
      () =>
        attempt().catch((error) => {
          throw explained(error);
        }),
      {
        retries: tries - 1,
        minTimeout: backoffMs,
        maxTimeout: Math.max(backoffMs, MAX_BACKOFF_MS),
        randomize: true,
        signal: deadline.signal,
        shouldRetry: ({ error }) => error instanceof RetryableError,
        onFailedAttempt: ({ error, retriesLeft }) =>
          waited(error, retriesLeft === 0),
      },
    );
  } catch (error) {
    if (deadline.signal.aborted) throw deadline.error();
    if (!(error instanceof RetryableError)) throw error;
    throw new SourceError(
      `${error.message}, after ${made} ${made === 1 ? 'try' : 'tries'}`,
      {},
      { cause: error },
    );
  }
};
