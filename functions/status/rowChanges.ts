import type { Plan } from '../../core/plan.ts';
import type { Ledger } from '../shared/ledger.ts';

/** The rows of one table in the last run, against the runs before it. */
export interface RowChange {
  readonly table: string;
  readonly rows: number;
  /** The median of the runs before; none where this is the first. */
  readonly usual?: number;
  /** How many runs before that is the median of. */
  readonly runs: number;
  /** The share that may be lost without a warning, where one is declared. */
  readonly maxDrop?: number;
  readonly isDrop: boolean;
}

const COMPARED_RUNS = 5;

const rowsOf = ({ tables }: Ledger, name: string) => {
  const made = tables.filter(
    ({ table, published }) => table === name && published !== false,
  );
  return made.length === 0
    ? undefined
    : made.reduce((sum, { rows }) => sum + rows, 0);
};

const median = (values: readonly number[]) =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)];

/**
 * Compares the last run with those before it on like input.
 * @param good the runs that ended well, oldest first.
 */
export const rowChanges = (
  plan: Plan,
  good: readonly Ledger[],
): RowChange[] => {
  const last = good.at(-1);
  if (!last) return [];
  const isSample = ({ replay }: Ledger) => replay === 'sample';
  const before = good
    .slice(0, -1)
    .filter((run) => isSample(run) === isSample(last));
  return plan.tables.flatMap((table) => {
    const rows = rowsOf(last, table.name);
    if (rows === undefined) return [];
    const compared = before
      .flatMap((run) => rowsOf(run, table.name) ?? [])
      .slice(-COMPARED_RUNS);
    const usual = median(compared);
    const maxDrop = table.maxDrop ?? plan.maxDrop;
    return {
      table: table.name,
      rows,
      runs: compared.length,
      isDrop:
        usual !== undefined &&
        maxDrop !== undefined &&
        rows < usual * (1 - maxDrop),
      ...(usual !== undefined && { usual }),
      ...(maxDrop !== undefined && { maxDrop }),
    };
  });
};
