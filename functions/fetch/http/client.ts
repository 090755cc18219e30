import { subscribe } from 'node:diagnostics_channel';
import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';
import axios from 'axios';
import type { HttpSettings } from '../../../platform/ports.ts';
import { agentsOf } from './agents.ts';
import { explained, RetryableError } from './errors.ts';
import { longBody } from './longBody.ts';
import { originsOf, shownUrl } from './origins.ts';
import { withoutParams, withParams } from './template.ts';

const DEFAULTS = { connectMs: 10_000, readMs: 60_000 } as const;
const REDIRECTS = 10;

/** An answer whose body is still to come. */
export interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  /** The memory of a large one is filled again when the next is asked for. */
  readonly body: AsyncIterable<Buffer>;
  /** To be called whenever bytes have come: the silence begins anew. */
  readonly alive: () => void;
  /** What went wrong beside the body: bytes beyond its length, or silence. */
  readonly fault: () => Error | undefined;
  /** Ends what is left of it. */
  readonly close: () => void;
}

export interface Request {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  /** Headers that go to the address's own origin and nowhere else. */
  readonly secrets: Readonly<Record<string, string>>;
  /** Parameters that go there and nowhere else, too. */
  readonly secretParams?: Readonly<Record<string, string>>;
  readonly signal: AbortSignal;
}

export interface Client {
  /** @throws SourceError where no other try would help, else RetryableError. */
  readonly open: (request: Request) => Promise<Answer>;
  readonly close: () => void;
}

/** The options of a redirect's next request, as `follow-redirects` has them. */
type NextRequest = Record<string, unknown> & {
  href: string;
  headers: Record<string, string>;
};

/** Points the options of a request to another address. */
const pointTo = (options: NextRequest, address: string) => {
  const { href, protocol, hostname, host, port, pathname, search } = new URL(
    address,
  );
  Object.assign(options, { href, protocol, hostname, host, port });
  options.path = pathname + search;
};

const withoutSecrets = (
  headers: Record<string, string>,
  names: readonly string[],
) => {
  const known = new Set(
    ['authorization', 'cookie', ...names].map((name) => name.toLowerCase()),
  );
  for (const name of Object.keys(headers))
    if (known.has(name.toLowerCase())) delete headers[name];
};

/** A clock that stops a request after a silence. */
const watch = (readMs: number) => {
  const silence = new AbortController();
  const timer = setTimeout(() => silence.abort(), readMs);
  return {
    signal: silence.signal,
    alive: () => void timer.refresh(),
    stop: () => clearTimeout(timer),
    fault: () =>
      silence.signal.aborted
        ? new RetryableError(`the server said nothing for ${readMs / 1000} s`)
        : undefined,
  };
};

/**
 * The errors of requests. One that comes with the last bytes of an answer is
 * there before whoever asked has the answer, and could listen.
 */
const errors = new WeakMap<object, { readonly code?: string }>();
subscribe('http.client.request.error', (message) => {
  const { request, error } = message as { request: object; error: object };
  errors.set(request, error);
});

/** Whether bytes came that belong to no answer. */
const isExceeded = (request: object): boolean =>
  errors.get(request)?.code?.startsWith('HPE_') ?? false;

/**
 * Asks over HTTP and hands over the answer as a stream. It retries nothing.
 * Certificates are verified; redirects are followed, but not from HTTPS to
 * HTTP, and without secrets where they lead to another origin.
 */
export const newClient = (settings: HttpSettings = {}): Client => {
  const { connectMs, readMs } = { ...DEFAULTS, ...settings };
  const { toServer, toOfficial } = originsOf(settings);
  const { httpAgent, httpsAgent, close } = agentsOf(connectMs);

  const open = async (request: Request): Promise<Answer> => {
    const { url, headers, secrets, secretParams = {}, signal } = request;
    const clock = watch(readMs);
    const server = toServer(url);
    let at = url;
    const beforeRedirect = (options: Record<string, unknown>) => {
      const next = options as NextRequest;
      const target = toOfficial(next.href, at);
      if (/^https:/i.test(at) && !/^https:/i.test(target))
        throw new Error(`it redirects to ${shownUrl(target)}, without TLS`);
      at = target;
      const own = withoutParams(target, Object.keys(secretParams));
      const isOwn = new URL(target).origin === new URL(url).origin;
      if (!isOwn) withoutSecrets(next.headers, Object.keys(secrets));
      pointTo(next, toServer(isOwn ? withParams(own, secretParams) : own));
    };
    try {
      const response = await axios.request<IncomingMessage>({
        url: withParams(server, secretParams),
        headers: { ...headers, ...secrets },
        responseType: 'stream',
        decompress: false,
        maxRedirects: REDIRECTS,
        validateStatus: () => true,
        signal: AbortSignal.any([signal, clock.signal]),
        beforeRedirect,
        httpAgent,
        httpsAgent,
        ...(server !== url && { proxy: false }),
      });
      const { status, data: message, request: asked } = response;
      const long = longBody(message, clock.alive);
      return {
        status,
        headers: response.headers as IncomingHttpHeaders,
        body: long?.chunks ?? message,
        alive: clock.alive,
        fault: () =>
          clock.fault() ??
          (long?.isExceeded() || isExceeded(asked)
            ? new RetryableError('more bytes came than its Content-Length says')
            : undefined),
        close: () => {
          clock.stop();
          message.destroy();
        },
      };
    } catch (error) {
      clock.stop();
      throw clock.fault() ?? explained(error);
    }
  };
  return { open, close };
};
