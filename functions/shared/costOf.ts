import { type Cost, priceUsage } from '../../core/price/priceUsage.ts';
import type { Host } from '../../platform/ports.ts';
import { type Measured, usageOf } from './usageOf.ts';

/** What a run cost; on a laptop, what it would have cost on AWS. */
export interface RunCost extends Cost {
  /** It ran elsewhere: its seconds are another machine's. */
  readonly isEstimate: boolean;
}

/** What is deployed unless a stage says otherwise. */
const ARCHITECTURE = 'arm64';

/** @param host none on a laptop. */
export const costOf = (run: Measured, host?: Host): RunCost => ({
  ...priceUsage(usageOf(run, host?.architecture ?? ARCHITECTURE)),
  isEstimate: host === undefined,
});
