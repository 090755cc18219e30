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
 * Throws where nothing of any pipeline was compared: then all statements may
 * have passed, and still nothing is known.
 */
export function assertCompared(verdicts: readonly Verdict[]): void {
  const rows = verdicts
    .filter(({ statement }) => statement.pipeline !== OPS)
    .reduce((sum, each) => sum + each.rows, 0);
  if (rows === 0) throw new Error('No row of any pipeline was compared');
}
