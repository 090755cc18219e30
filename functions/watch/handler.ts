import pLimit from 'p-limit';
import { roundDollars } from '../../core/price/priceUsage.ts';
import type { Metric, Notification, Platform } from '../../platform/ports.ts';
import { handler } from '../shared/handler.ts';
import { keys } from '../shared/keys.ts';
import { readLedger } from '../shared/ledger.ts';
import { STAGE_METRICS } from '../shared/metrics.ts';
import { notify } from '../shared/notify.ts';
import { listRuns } from '../shared/readLedgers.ts';
import type { Status } from '../status/handler.ts';
import { statusOfAll } from '../status/statusOfAll.ts';

export interface WatchEvent {
  /** What the runs of a month may cost, in dollars. Default: anything. */
  readonly budget?: number;
  /** Those that are looked at. Default: all. */
  readonly pipelines?: readonly string[];
}

export interface Watched {
  /** Pipelines whose readers wait for a period that is due. */
  readonly late: readonly string[];
  /** Pipelines whose last run took longer than their SLA. */
  readonly slow: readonly string[];
  /** What the runs of this month have cost so far. */
  readonly monthDollars: number;
  /** Who could not be told, and why. */
  readonly notices: readonly string[];
}

const AT_ONCE = 32;

/** The sum of the runs that began in the month of a moment, of all pipelines. */
const dollarsOfMonth = async (
  platform: Platform,
  now: Date,
): Promise<number> => {
  const month = now.toISOString().slice(0, 7).replace('-', '');
  const limit = pLimit(AT_ONCE);
  const ledgers = await Promise.all(
    (await listRuns(platform))
      .filter(({ run }) => run.startsWith(month))
      .map(({ pipeline, run }) =>
        limit(() => readLedger(platform, pipeline, run)),
      ),
  );
  return roundDollars(
    ledgers.reduce((sum, ledger) => sum + (ledger?.cost?.dollars ?? 0), 0),
  );
};

const lateness = ({ pipeline, freshness }: Status): Notification => ({
  kind: 'freshness-missed',
  pipeline,
  subject: `${pipeline} is late`,
  text:
    `${pipeline}: the start of ${freshness.dueStart} had to be published by ` +
    `${freshness.deadline}. Published last: ${freshness.period ?? 'nothing'}`,
});

const slowness = ({ pipeline, freshness, last }: Status): Notification => ({
  kind: 'sla-exceeded',
  pipeline,
  subject: `${pipeline} took longer than its SLA`,
  text:
    `${pipeline}: run ${last?.run} took ${last?.seconds} s, and its SLA is ` +
    `${freshness.slaSeconds} s`,
});

const overspending = (dollars: number, budget: number): Notification => ({
  kind: 'budget-exceeded',
  subject: `the runs of this month cost more than $${budget}`,
  text: `The runs of this month have cost $${dollars}; the budget is $${budget}`,
});

/** Tells of something once: what was told is noted in the lake. */
const tellOnce = async (
  platform: Platform,
  id: string,
  notification: Notification,
): Promise<string[]> => {
  const { kind, pipeline = 'stage' } = notification;
  const key = keys.notification(kind, pipeline, id);
  if ((await platform.store.read(key)) !== undefined) return [];
  const failed = await notify(platform, notification);
  if (failed !== undefined) return [failed];
  await platform.store.write(key, JSON.stringify(notification));
  return [];
};

const isSlow = ({ freshness: { slaSeconds = Infinity }, last }: Status) =>
  (last?.seconds ?? 0) > slaSeconds;

/**
 * Looks whether readers wait, whether runs take too long, and what the month has
 * cost so far, and tells of each such thing once.
 */
export const watch = handler<WatchEvent, Watched>(
  'watch',
  [],
  (platform) =>
    async ({ budget = Infinity, pipelines }) => {
      const now = platform.clock.now();
      const all = await statusOfAll(platform, pipelines);
      const late = all.filter(({ freshness }) => freshness.isLate);
      const slow = all.filter(isSlow);
      const monthDollars = await dollarsOfMonth(platform, now);
      const told = [
        ...late.map(
          (one) => [one.freshness.dueStart ?? '', lateness(one)] as const,
        ),
        ...slow.map((one) => [one.last?.run ?? '', slowness(one)] as const),
        ...(monthDollars > budget
          ? [
              [
                now.toISOString().slice(0, 7),
                overspending(monthDollars, budget),
              ] as const,
            ]
          : []),
      ];
      const notices: string[] = [];
      for (const [id, notification] of told)
        notices.push(...(await tellOnce(platform, id, notification)));
      return {
        late: late.map(({ pipeline }) => pipeline),
        slow: slow.map(({ pipeline }) => pipeline),
        monthDollars,
        notices,
      };
    },
);

/** What alarms ring by. */
export const watchMetrics = ({
  late,
  slow,
  monthDollars,
}: Watched): Metric[] => [
  { name: STAGE_METRICS.freshnessMissed, value: late.length, unit: 'Count' },
  { name: STAGE_METRICS.slaExceeded, value: slow.length, unit: 'Count' },
  { name: STAGE_METRICS.monthDollars, value: monthDollars, unit: 'None' },
];
