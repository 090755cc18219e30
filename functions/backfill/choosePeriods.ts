import {
  endOfPeriod,
  type Period,
  periodOf,
  periodsBetween,
} from '../../core/period.ts';
import type { Plan, PlanSource } from '../../core/plan.ts';
import type { PeriodState, PeriodStates } from '../shared/periodStates.ts';
import { periodFolder, type Recording } from '../shared/recording.ts';

/** A period of the range, and whether it is to be run. */
export interface BackfillPeriod {
  readonly period: string;
  readonly action: 'run' | 'skip';
  /** Why: `missing`, `failed: …`, `published by run …`. */
  readonly why: string;
  /** Skipped because the budget ends before it. */
  readonly isBeyondBudget?: true;
}

const reads = (plan: Plan, of: PlanSource['scope']) =>
  plan.sources.some(({ scope }) => scope === of);

/** Whether the input of one period can be told from that of all others. */
const isSplit = (plan: Plan) =>
  reads(plan, 'period') &&
  plan.sources.every(
    ({ scope, period, files }) =>
      scope === 'full' ||
      (scope === 'period' &&
        (period !== undefined || /\{(yyyy|MM|dd)\}/.test(files))),
  );

/** Says why the input has nothing of its own for a period, where that is so. */
const lacksInput = (
  plan: Plan,
  { recording, isRecorded }: Pick<Range, 'recording' | 'isRecorded'>,
  last: Period | undefined,
): ((period: Period) => string | undefined) => {
  const end = recording?.date;
  if (isSplit(plan))
    return (period) => {
      if (end !== undefined && period.first > end)
        return `the recording ends on ${end}`;
      return isRecorded && !isRecorded(period)
        ? 'the recording has nothing of it'
        : undefined;
    };
  if (recording && recording.labels.length > 0)
    return ({ label }) =>
      recording.labels.includes(label)
        ? undefined
        : `the recording has no folder ${periodFolder(label)}`;
  if (end !== undefined) {
    const own = periodOf(plan.period, end).label;
    return ({ label }) =>
      label === own ? undefined : `the recording is of ${own} alone`;
  }
  if (reads(plan, 'period')) return () => undefined;
  return ({ label }) =>
    label === last?.label
      ? undefined
      : `a run of ${last?.label} sees all that one of ${label} would`;
};

/** The newest period of which anything is published. */
const newestOf = ({ base }: PeriodStates) =>
  Object.values(base.tables)
    .flatMap(({ partitions }) => partitions.map(({ period }) => period))
    .sort()
    .at(-1);

const judge = (
  period: string,
  state: PeriodState,
  force: boolean,
): BackfillPeriod => {
  const run = (why: string) => ({ period, action: 'run', why }) as const;
  const skip = (why: string) => ({ period, action: 'skip', why }) as const;
  switch (state.state) {
    case 'running':
      return skip(`run ${state.run} works on it`);
    case 'published': {
      const why = `published by run ${state.run}`;
      return force ? run(`forced: ${why}`) : skip(why);
    }
    case 'failed':
      return run(`failed: ${state.error.split('\n')[0]}`);
    case 'missing':
      return run(state.detail ? `missing: ${state.detail}` : 'missing');
    default:
      return run(`${state.state}: run ${state.run}`);
  }
};

/** What is known of the range that periods are chosen from. */
export interface Range {
  readonly plan: Plan;
  readonly from: Period;
  readonly to: Period;
  readonly force: boolean;
  readonly now: Date;
  /** None where the input is live. */
  readonly recording?: Recording;
  /** Whether the recording has a file of a period's own. */
  readonly isRecorded?: (period: Period) => boolean;
}

/** Every period of the range, in order, and whether and why it is to be run. */
export const choosePeriods = async (
  states: PeriodStates,
  { plan, from, to, force, now, recording, isRecorded }: Range,
): Promise<BackfillPeriod[]> => {
  const periods = periodsBetween(from, to);
  const lacks = lacksInput(
    plan,
    {
      ...(recording && { recording }),
      ...(isRecorded && { isRecorded }),
    },
    periods.at(-1),
  );
  const newest = reads(plan, 'changes') ? newestOf(states) : undefined;
  const skipped = (period: Period): string | undefined => {
    if (plan.startDate !== undefined && period.last < plan.startDate)
      return `it lies before the start date ${plan.startDate}`;
    if (recording === undefined && endOfPeriod(period) > now)
      return 'it is not over yet';
    if (newest !== undefined && newest > period.label)
      return `${newest} is published, and changes are read in their order`;
    return lacks(period);
  };
  return Promise.all(
    periods.map(async (period): Promise<BackfillPeriod> => {
      const why = skipped(period);
      return why === undefined
        ? judge(period.label, await states.stateOf(period.label), force)
        : { period: period.label, action: 'skip', why };
    }),
  );
};
