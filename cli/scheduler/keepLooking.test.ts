import { keepLooking, type Sleep } from './keepLooking.ts';

const START = new Date('2024-05-08T06:00:00Z');

/** The seconds past 05:59 at which it looks, on a clock that only sleeps move. */
const looksAt = async (
  next: Date | undefined,
  asleep: (ms: number) => number = (ms) => ms,
) => {
  let now = new Date('2024-05-08T05:59:00Z').getTime();
  const stop = new AbortController();
  const looks: number[] = [];
  const tick = () => {
    looks.push((now - START.getTime()) / 1000 + 60);
    if (looks.length === 6) stop.abort();
  };
  const sleep: Sleep = async (ms) => {
    now += asleep(ms);
  };
  const clock = { now: () => new Date(now) };
  const following = () =>
    next && next.getTime() <= now ? new Date(now + 45_000) : next;
  await keepLooking({ tick, next: following }, clock, stop.signal, sleep);
  return looks;
};

test('looks at each start, and at times in between', async () => {
  expect(await looksAt(new Date(START.getTime() - 15_000))).toEqual([
    0, 20, 40, 45, 65, 85,
  ]);
});

test('looks on where nothing will ever start', async () => {
  expect(await looksAt(undefined)).toEqual([0, 20, 40, 60, 80, 100]);
});

test('looks soon after the machine has slept', async () => {
  let slept = false;
  const asleep = (ms: number) => {
    if (slept) return ms;
    slept = true;
    return 3_600_000;
  };
  const looks = await looksAt(START, asleep);
  expect(looks.slice(0, 2)).toEqual([0, 3600]);
});

test('ends at once where it is stopped while it waits', async () => {
  const stop = new AbortController();
  const scheduler = { tick: () => {}, next: () => undefined };
  const ended = keepLooking(scheduler, { now: () => START }, stop.signal);
  stop.abort();
  await expect(ended).resolves.toBeUndefined();
});
