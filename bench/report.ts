import type { Usage } from './measure.ts';
import type { TableComparison } from './sameRows.ts';
import type { Measure, Spread, Summary } from './summary.ts';

const UNITS: Readonly<
  Record<keyof Usage, { name: string; show: (value: number) => string }>
> = {
  seconds: { name: 'wall time, s', show: (v) => v.toFixed(2) },
  cpuSeconds: { name: 'processor time, s', show: (v) => v.toFixed(2) },
  peakBytes: { name: 'peak memory, MB', show: (v) => (v / 1e6).toFixed(0) },
};

const showSpread = (
  { median, min, max }: Spread,
  show: (v: number) => string,
) =>
  Number.isNaN(median) ? '-' : `${show(median)} (${show(min)} to ${show(max)})`;

const showTarget = ({ ratio, target }: Measure) =>
  target === undefined
    ? ''
    : `${ratio <= target ? 'within' : 'above'} ${target.toFixed(2)}`;

/** One pair as a table: medians, extremes in brackets, the ratio of medians. */
export const pairText = (
  title: string,
  bareName: string,
  summary: Summary,
): string => {
  const lines = Object.entries(UNITS).map(([key, { name, show }]) => {
    const measure = summary[key as keyof Usage];
    return [
      name,
      showSpread(measure.ours, show),
      showSpread(measure.bare, show),
      Number.isNaN(measure.ratio) ? '-' : measure.ratio.toFixed(2),
      showTarget(measure),
    ];
  });
  const rows = [['', 'tributary', bareName, 'ratio', 'target'], ...lines];
  const widths = rows[0]?.map((_, i) =>
    Math.max(...rows.map((row) => row[i]?.length ?? 0)),
  );
  const text = rows.map((row) =>
    row
      .map((cell, i) => cell.padEnd(widths?.[i] ?? 0))
      .join('  ')
      .trimEnd(),
  );
  return [title, ...text].join('\n');
};

/** One line where all is the same, else a line for each table that differs. */
export const rowsText = (tables: readonly TableComparison[]): string => {
  const rows = tables.reduce((sum, table) => sum + table.rows, 0);
  const faults = tables.filter(({ fault }) => fault !== undefined);
  if (faults.length === 0)
    return `Both made the same ${rows} rows in ${tables.length} tables.`;
  return faults.map(({ table, fault }) => `${table}: ${fault}`).join('\n');
};
