import pLimit, { type LimitFunction } from 'p-limit';
import pThrottle from 'p-throttle';
import type { HttpLimits } from '../../../core/http.ts';

const DEFAULT_PARALLEL = 4;

/** What all sources that this process fetches from one host share. */
export interface Host {
  /** Acts as soon as fewer than the bound are at it. */
  readonly turn: LimitFunction;
  /** Waits until the host may be asked once more. */
  pace(): Promise<void>;
}

interface Known extends Host {
  perSecond: number | undefined;
}

const hosts = new Map<string, Known>();

/** Below one a second, one in so many seconds. */
const paceOf = (perSecond: number) =>
  pThrottle({
    limit: Math.max(1, Math.floor(perSecond)),
    interval: 1000 * Math.max(1, 1 / perSecond),
    strict: true,
  })(async () => {});

/** The host of an address, with the strictest bounds that any source has for it. */
export const hostOf = (
  url: string,
  { parallel = DEFAULT_PARALLEL, perSecond }: HttpLimits,
): Host => {
  const { host: name } = new URL(url);
  const host = hosts.get(name) ?? {
    turn: pLimit(parallel),
    pace: async () => {},
    perSecond: undefined,
  };
  hosts.set(name, host);
  host.turn.concurrency = Math.min(host.turn.concurrency, parallel);
  if (
    perSecond !== undefined &&
    perSecond < (host.perSecond ?? Number.POSITIVE_INFINITY)
  )
    Object.assign(host, { perSecond, pace: paceOf(perSecond) });
  return host;
};
