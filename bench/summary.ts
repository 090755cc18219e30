import type { Usage } from './measure.ts';
import type { PairUsage } from './pair.ts';

export interface Spread {
  readonly median: number;
  readonly min: number;
  readonly max: number;
}

export interface Measure {
  readonly ours: Spread;
  readonly bare: Spread;
  /** Of the medians. */
  readonly ratio: number;
  readonly target?: number;
}

export type Summary = Readonly<Record<keyof Usage, Measure>>;
export type Targets = Partial<Record<keyof Usage, number>>;

/** Of an even number of values, the mean of the two in the middle. */
export const spread = (values: readonly number[]): Spread => {
  const sorted = values.toSorted((a, b) => a - b);
  const at = (i: number) => sorted[i] ?? Number.NaN;
  const middle = (sorted.length - 1) / 2;
  return {
    median: (at(Math.floor(middle)) + at(Math.ceil(middle))) / 2,
    min: at(0),
    max: at(sorted.length - 1),
  };
};

/** Medians, extremes and ratios of what was measured. */
export const summarise = (usage: PairUsage, targets: Targets): Summary => {
  const one = (key: keyof Usage): Measure => {
    const ours = spread(usage.ours.map((u) => u[key]));
    const bare = spread(usage.bare.map((u) => u[key]));
    const target = targets[key];
    return {
      ours,
      bare,
      ratio: ours.median / bare.median,
      ...(target !== undefined && { target }),
    };
  };
  return {
    seconds: one('seconds'),
    cpuSeconds: one('cpuSeconds'),
    peakBytes: one('peakBytes'),
  };
};
