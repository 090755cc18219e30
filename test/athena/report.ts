import type { Verdict } from './compare.ts';
import { OPS } from './statements.ts';

/** Prints each statement that failed: pipeline, place, and what differs. */
export function printFaults(verdicts: readonly Verdict[]): void {
  for (const { statement, faults } of verdicts) {
    if (faults.length === 0) continue;
    const { pipeline, what } = statement;
    console.log(`FAIL ${pipeline} ${what}: ${faults.join('\n       ')}`);
  }
}

/** Prints for each pipeline how much was compared. */
export function printTotals(verdicts: readonly Verdict[]): void {
  const byPipeline = Map.groupBy(verdicts, (each) => each.statement.pipeline);
  for (const [pipeline, own] of [...byPipeline].sort()) {
    const rows = own.reduce((sum, each) => sum + each.rows, 0);
    const counted = rows.toLocaleString('en-US');
    console.log(`${pipeline}: ${own.length} statements, ${counted} rows`);
  }
}

/**
 * The rows of pipelines that were compared. Where there are none all statements
 * may have passed, and still nothing is known.
 */
export const comparedRows = (verdicts: readonly Verdict[]): number =>
  verdicts
    .filter(({ statement }) => statement.pipeline !== OPS)
    .reduce((sum, each) => sum + each.rows, 0);
