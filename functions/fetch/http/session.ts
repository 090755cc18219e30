import { mkdir } from 'node:fs/promises';
import type { IncomingHttpHeaders } from 'node:http';
import { join } from 'node:path';
import { SecretError, SourceError } from '../../../core/errors.ts';
import type { HttpFrom, HttpLimits, SecretText } from '../../../core/http.ts';
import type { PlanSource } from '../../../core/plan.ts';
import type { LandContext } from '../lander.ts';
import type { LandedRequest } from '../manifest.ts';
import { type Body, bodyAt, type Received } from './body.ts';
import { newClient } from './client.ts';
import { type Deadline, download } from './download.ts';
import type { EarlierFile } from './earlier.ts';
import { hostOf } from './hosts.ts';
import { addressOf, hiddenIn, shownUrl, textShower } from './origins.ts';
import { withoutParams } from './template.ts';

const DEFAULTS = { bytes: 20e9, seconds: 3600, tries: 5 } as const;
const BACKOFF_MS = 1000;
const NOTED = [
  'content-type',
  'content-encoding',
  'content-length',
  'etag',
  'last-modified',
] as const;

/** What came of one address; without `received` it has not changed. */
export interface Fetched {
  readonly body: Body;
  readonly received?: Received;
  readonly headers: IncomingHttpHeaders;
  readonly note: LandedRequest;
}

/** What all requests of one source share: a client, secrets and bounds. */
export interface Session {
  readonly source: PlanSource;
  readonly from: HttpFrom;
  readonly limits: HttpLimits;
  /** @throws SourceError that names the address. */
  readonly get: (
    url: string,
    path: string,
    as: PlanSource,
    known?: EarlierFile,
  ) => Promise<Fetched>;
  /** A text of a server's as it may be written down. */
  readonly shown: (text: string) => string;
  /** An address that a server gave, without the secrets that it was sent. */
  readonly withoutSecrets: (url: string) => string;
  /** Ends what is under way. */
  readonly abort: () => void;
  readonly close: () => void;
}

const deadlineIn = (seconds: number, abort: AbortSignal): Deadline => {
  const end = performance.now() + seconds * 1000;
  return {
    signal: AbortSignal.any([AbortSignal.timeout(seconds * 1000), abort]),
    leftMs: () => Math.max(0, end - performance.now()),
    error: () =>
      new SourceError(
        abort.aborted
          ? 'ended, because another request failed'
          : `it took more than ${seconds} s (limits.seconds)`,
      ),
  };
};

const noted = (
  headers: IncomingHttpHeaders,
  shown: (text: string) => string,
): Record<string, string> =>
  Object.fromEntries(
    NOTED.flatMap((name) => {
      const value = headers[name];
      return value === undefined ? [] : [[name, shown(String(value))]];
    }),
  );

/** What is declared as text, and what is kept as a secret, read. */
const readTexts = async (
  { platform }: LandContext,
  declared: Readonly<Record<string, string | SecretText>> = {},
) => {
  const plain: Record<string, string> = {};
  const secrets: Record<string, string> = {};
  const hidden: string[] = [];
  for (const [name, value] of Object.entries(declared)) {
    if (typeof value === 'string') {
      plain[name] = value;
      continue;
    }
    const { secret, member = 'value', prefix = '' } = value;
    const text = (await platform.secrets.read(secret))[member];
    if (typeof text !== 'string')
      throw new SecretError(`the secret "${secret}" has no text "${member}"`);
    secrets[name] = prefix + text;
    hidden.push(text);
  }
  return { plain, secrets, hidden };
};

/** Opens what the requests of a source share. */
export const openSession = async (
  context: LandContext,
  source: PlanSource,
): Promise<Session> => {
  const { platform, scratch } = context;
  const from = source.from as unknown as HttpFrom;
  const limits = { ...DEFAULTS, ...from.limits };
  const sent = await readTexts(context, from.headers);
  const params = await readTexts(context, from.params);
  const secrets = [...sent.hidden, ...params.hidden];
  const shown = textShower(secrets);
  const client = newClient(platform.http);
  const stop = new AbortController();
  const deadline = deadlineIn(limits.seconds, stop.signal);
  const backoffMs = platform.http?.backoffMs ?? BACKOFF_MS;
  const declared = new Set(
    [from.url, indexOf(from)].flat().map((url) => originOf(url)),
  );
  let bytes = 0;
  let files = 0;
  await mkdir(scratch, { recursive: true });

  const onBytes = (more: number) => {
    bytes += more;
    if (bytes > limits.bytes)
      throw new SourceError(
        `more than ${limits.bytes} bytes came (limits.bytes)`,
      );
  };

  /** Whatever it quotes of a server's: its cause may quote it, too. */
  const hidden = (
    error: SourceError,
    told: (text: string) => string,
  ): SourceError => {
    const reason = told(error.reason);
    return reason === error.reason
      ? error
      : new SourceError(reason, error.place);
  };

  const get: Session['get'] = async (url, path, as, known) => {
    const file = shown(shownUrl(url));
    const told = textShower([...secrets, ...hiddenIn(url)]);
    const host = hostOf(url, limits);
    return host.turn(async () => {
      const part = join(scratch, `${files++}.part`);
      const body = await bodyAt(part, as, told);
      try {
        const isDeclared = declared.has(originOf(url));
        const { status, headers, tries } = await download(
          client,
          {
            url,
            headers: sent.plain,
            secrets: isDeclared ? sent.secrets : {},
            secretParams: isDeclared ? params.secrets : {},
            ...(known && { known }),
            shown: told,
            deadline,
            pace: host.pace,
            tries: limits.tries,
            backoffMs,
            onBytes,
          },
          body,
        );
        const note = {
          ...{ url: file, ...addressOf(url) },
          ...{ status, headers: noted(headers, told), tries },
        };
        if (status === 304) return { body, headers, note };
        if (body.bytes === 0)
          throw new SourceError('the answer is empty: not even a header');
        const received = await body.finish(path);
        const { bytes: size, digest } = received;
        return {
          body,
          received,
          headers,
          note: { ...note, bytes: size, digest },
        };
      } catch (error) {
        bytes -= body.bytes;
        await body.discard();
        if (!(error instanceof SourceError)) throw error;
        throw hidden(error, told).within({ file });
      }
    });
  };
  return {
    source,
    from,
    limits,
    get,
    shown,
    withoutSecrets: (url) => withoutParams(url, Object.keys(params.secrets)),
    abort: () => stop.abort(),
    close: client.close,
  };
};

const indexOf = ({ forEach }: HttpFrom): string[] =>
  forEach && 'index' in forEach ? [forEach.index] : [];

/** Of a template, too: its names are in the path or in the parameters. */
const originOf = (url: string): string =>
  new URL(url.replaceAll(/[{}]/g, '')).origin;
