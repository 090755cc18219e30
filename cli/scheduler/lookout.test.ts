import type { Plan } from '../../core/plan.ts';
import { shopPlan } from '../../functions/testing/shopPlan.ts';
import { type TestLake, testLake } from '../../functions/testing/testLake.ts';
import type { Notification, Platform } from '../../platform/ports.ts';
import { createLookout } from './lookout.ts';

const daily = (pipeline: string): Plan =>
  shopPlan({ pipeline, schedule: 'cron(0 6 * * ? *)', slaSeconds: 3600 });

let now: Date;
let lake: TestLake;
let platform: Platform;
let told: string[];
let said: string[];
const tell = async ({ kind, pipeline }: Notification) =>
  void told.push(`${kind} ${pipeline}`);

beforeEach(async () => {
  set('06:00');
  [told, said] = [[], []];
  const plans = { shop: daily('shop'), bank: daily('bank') };
  lake = await testLake(plans, { now: () => now });
  platform = { ...lake.platform, notifier: { tell } };
});
afterEach(() => lake.remove());

const set = (time: string) => {
  now = new Date(`2024-05-08T${time}:00Z`);
};
const open = (pipelines: readonly string[], of = platform) =>
  createLookout(of, pipelines, (message) => said.push(message));
/** Ticks at each time. @returns how much had been told after each. */
const tickAt = async (lookout: ReturnType<typeof open>, times: string[]) => {
  const counts: number[] = [];
  for (const time of times) {
    set(time);
    lookout.tick();
    await lookout.idle();
    counts.push(told.length);
  }
  return counts;
};

test('looks every 15 minutes, at its pipelines alone, and tells of each once', async () => {
  set('06:50');
  const times = ['06:51', '07:04', '07:05', '07:19', '07:20', '09:00'];
  expect(await tickAt(open(['shop']), times)).toEqual([0, 0, 1, 1, 1, 1]);
  expect(told).toEqual(['freshness-missed shop']);
  await open(['shop', 'bank']).look();
  expect(told).toEqual(['freshness-missed shop', 'freshness-missed bank']);
});

test('a clock that was ahead does not silence it', async () => {
  set('23:00');
  const lookout = open(['shop']);
  expect(await tickAt(lookout, ['12:00'])).toEqual([1]);
});

test('what hinders a look is said, and the next one is made', async () => {
  const definitions = {
    ...platform.definitions,
    plan: async () => Promise.reject(new Error('broken')),
  };
  await open(['shop'], { ...platform, definitions }).look();
  expect(said).toEqual(['Error: broken']);
  set('08:00');
  const deaf = { tell: () => Promise.reject(new Error('deaf')) };
  await open(['shop'], { ...platform, notifier: deaf }).look();
  expect(said.at(-1)).toBe('nobody was told that shop is late: deaf');
  await open(['shop']).look();
  expect(told).toEqual(['freshness-missed shop']);
});
