import type { Plan } from '../../core/plan.ts';
import { startsOf } from '../../functions/shared/starts.ts';
import { shopPlan } from '../../functions/testing/shopPlan.ts';
import { type DueQuestion, dueRuns } from './dueRuns.ts';

const daily = (changes: Partial<Plan> = {}) =>
  shopPlan({ schedule: 'cron(0 6 * * ? *)', ...changes });
const scope = (of: 'full' | 'changes') => ({
  sources: shopPlan().sources.map((source) => ({ ...source, scope: of })),
});
const at = (text: string) => new Date(`2024-05-${text}:00Z`);
const begun = (period: string, startedAt: string) => ({
  period: `2024-05-${period}`,
  startedAt: at(startedAt).toISOString(),
});

/** Day of the period, and when it was to start. */
const due = (plan: Plan, question: Partial<DueQuestion>) =>
  dueRuns({
    plan,
    starts: startsOf(plan),
    begun: [],
    isPinned: false,
    since: at('08T12:00'),
    isFirst: true,
    now: at('08T12:00'),
    ...question,
  }).map(({ date, start }) => [date, start.toISOString().slice(8, 16)]);

const since = { since: at('08T05:00'), isFirst: false };

test.each<[string, Partial<Plan>, Partial<DueQuestion>, unknown[]]>([
  ['nothing before its time', {}, { ...since, now: at('08T05:59') }, []],
  [
    'its start, to the minute',
    {},
    { ...since, now: at('08T06:00') },
    [['2024-05-07', '08T06:00']],
  ],
  [
    'nothing where the start was attended to',
    {},
    { since: at('08T06:00'), isFirst: false },
    [],
  ],
  [
    'nothing where somebody else has begun the run',
    {},
    { ...since, begun: [begun('07', '08T06:00')] },
    [],
  ],
  [
    'each start that was slept through',
    {},
    { since: at('05T12:00'), isFirst: false },
    [
      ['2024-05-05', '06T06:00'],
      ['2024-05-06', '07T06:00'],
      ['2024-05-07', '08T06:00'],
    ],
  ],
  ['nothing before its first run', {}, {}, []],
  [
    'the last start before its first run, where it looks once',
    {},
    { isOnce: true },
    [['2024-05-07', '08T06:00']],
  ],
  [
    'nothing more after that, where it looks once',
    {},
    { isOnce: true, begun: [begun('07', '08T06:00')] },
    [],
  ],
  [
    'what was missed since its last run',
    {},
    { begun: [begun('05', '06T06:00')] },
    [
      ['2024-05-06', '07T06:00'],
      ['2024-05-07', '08T06:00'],
    ],
  ],
  [
    'what was missed, whatever a backfill did later',
    {},
    { begun: [begun('06', '07T06:00'), begun('01', '08T11:00')] },
    [['2024-05-07', '08T06:00']],
  ],
  [
    'all since the start date',
    { startDate: '2024-05-06' },
    {},
    [
      ['2024-05-06', '07T06:00'],
      ['2024-05-07', '08T06:00'],
    ],
  ],
  [
    'each period once, after a sleep',
    { schedule: 'rate(6 hours)' },
    { since: at('06T13:00'), isFirst: false },
    [
      ['2024-05-05', '06T18:00'],
      ['2024-05-06', '07T00:00'],
      ['2024-05-07', '08T00:00'],
    ],
  ],
  [
    'the same period again, by its schedule',
    { schedule: 'rate(6 hours)' },
    { since: at('08T06:00'), isFirst: false },
    [['2024-05-07', '08T12:00']],
  ],
  [
    'a month',
    { period: 'month', schedule: 'cron(0 6 5 * ? *)' },
    { since: at('01T00:00'), isFirst: false },
    [['2024-04', '05T06:00']],
  ],
  [
    'changes once, after a sleep',
    scope('changes'),
    { since: at('05T12:00'), isFirst: false },
    [['2024-05-07', '08T06:00']],
  ],
  [
    'a snapshot once since its last run',
    { ...scope('full'), period: 'snapshot' },
    { begun: [begun('04', '05T06:00')] },
    [['2024-05-07', '08T06:00']],
  ],
  [
    'no snapshot where one was taken since',
    { ...scope('full'), period: 'snapshot' },
    { begun: [begun('04', '08T06:30')] },
    [],
  ],
  [
    'a recording of one date once, by its own date',
    {},
    { isPinned: true, begun: [begun('01', '05T06:00')] },
    [[null, '08T06:00']],
  ],
  [
    'by the clock of its time zone',
    { timezone: 'Pacific/Auckland' },
    { ...since, since: at('07T12:00'), now: at('07T18:00') },
    [['2024-05-06', '07T18:00']],
  ],
])('due is %s', (_, changes, question, expected) => {
  expect(due(daily(changes), question)).toEqual(expected);
});
