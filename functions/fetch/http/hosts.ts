import pLimit from 'p-limit';
import pThrottle from 'p-throttle';
import type { HttpLimits } from '../../../core/http.ts';

type Turn = <T>(act: () => Promise<T>) => Promise<T>;

const turns = new Map<string, Turn>();

const newTurn = (parallel: number, perSecond: number | undefined): Turn => {
  const limit = pLimit(parallel);
  if (perSecond === undefined) return (act) => limit(act);
  // Below one a second, one in so many seconds.
  const wait = pThrottle({
    limit: Math.max(1, Math.floor(perSecond)),
    interval: 1000 * Math.max(1, 1 / perSecond),
    strict: true,
  })(async () => {});
  return (act) => limit(() => wait().then(act));
};

/**
 * Whose turn it is at a host: all sources that this process fetches from it
 * with the same bounds wait for each other.
 */
export const turnAt = (
  url: string,
  { parallel = 4, perSecond }: HttpLimits,
): Turn => {
  const key = `${new URL(url).host} ${parallel} ${perSecond}`;
  const turn = turns.get(key) ?? newTurn(parallel, perSecond);
  turns.set(key, turn);
  return turn;
};
