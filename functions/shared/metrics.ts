import type { Metric } from '../../platform/ports.ts';
import { endedWell, type Ledger, publishedTables } from './ledger.ts';

/** The metrics of a stage as a whole, by which alarms ring. */
export const STAGE_METRICS = {
  freshnessMissed: 'FreshnessMissed',
  slaExceeded: 'SlaExceeded',
  callbacksLost: 'CallbacksLost',
  monthDollars: 'MonthDollars',
} as const;

/** The metrics of each pipeline's runs. */
export const RUN_METRICS = {
  published: 'RunsPublished',
  failed: 'RunsFailed',
  seconds: 'RunSeconds',
  rows: 'RunRows',
  dollars: 'RunDollars',
  dpuSeconds: 'RunDpuSeconds',
} as const;

const metric = (
  name: string,
  value: number,
  unit: Metric['unit'] = 'Count',
): Metric => ({ name, value, unit });

/** What is measured of a run that has ended. */
export const runMetrics = (ledger: Ledger): Metric[] => {
  const { outcome, seconds, cost, dpuSeconds } = ledger;
  const isGood = endedWell(ledger);
  const rows = publishedTables(ledger).reduce(
    (sum, table) => sum + table.rows,
    0,
  );
  return [
    metric(RUN_METRICS.published, isGood ? 1 : 0),
    metric(RUN_METRICS.failed, outcome === 'failed' ? 1 : 0),
    ...(isGood ? [metric(RUN_METRICS.rows, rows)] : []),
    ...(seconds === undefined
      ? []
      : [metric(RUN_METRICS.seconds, seconds, 'Seconds')]),
    ...(cost ? [metric(RUN_METRICS.dollars, cost.dollars, 'None')] : []),
    ...(dpuSeconds === undefined
      ? []
      : [metric(RUN_METRICS.dpuSeconds, dpuSeconds, 'Seconds')]),
  ];
};
