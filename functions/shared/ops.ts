import type { Platform } from '../../platform/ports.ts';
import { keys } from './keys.ts';
import type { Ledger } from './ledger.ts';

const sum = <T>(rows: readonly T[], of: (row: T) => number) =>
  rows.reduce((total, row) => total + of(row), 0);

/** The columns of `ops.runs` and `ops.checks`, with their types. */
export const OPS_COLUMNS = {
  runs: [
    { name: 'run_id', type: 'string' },
    { name: 'pipeline', type: 'string' },
    { name: 'logical_date', type: 'string' },
    { name: 'period', type: 'string' },
    { name: 'outcome', type: 'string' },
    { name: 'engine', type: 'string' },
    { name: 'engine_reason', type: 'string' },
    { name: 'started_at', type: 'string' },
    { name: 'ended_at', type: 'string' },
    { name: 'seconds', type: 'double' },
    { name: 'landed_bytes', type: 'bigint' },
    { name: 'landed_records', type: 'bigint' },
    { name: 'used_records', type: 'bigint' },
    { name: 'dropped_records', type: 'bigint' },
    { name: 'duplicate_records', type: 'bigint' },
    { name: 'quarantined_records', type: 'bigint' },
    { name: 'table_rows', type: 'bigint' },
    { name: 'table_bytes', type: 'bigint' },
    { name: 'failed_checks', type: 'bigint' },
    { name: 'error', type: 'string' },
    { name: 'dollars', type: 'double' },
  ],
  checks: [
    { name: 'run_id', type: 'string' },
    { name: 'pipeline', type: 'string' },
    { name: 'logical_date', type: 'string' },
    { name: 'relation', type: 'string' },
    { name: 'check_name', type: 'string' },
    { name: 'severity', type: 'string' },
    { name: 'passed', type: 'boolean' },
    { name: 'bad_rows', type: 'bigint' },
    { name: 'detail', type: 'string' },
  ],
} as const;

const runRow = (ledger: Ledger) => ({
  run_id: ledger.run,
  pipeline: ledger.pipeline,
  logical_date: ledger.date,
  period: ledger.period,
  outcome: ledger.outcome,
  engine: ledger.engine.name,
  engine_reason: ledger.engine.reason,
  started_at: ledger.startedAt,
  ended_at: ledger.endedAt ?? null,
  seconds: ledger.seconds ?? null,
  landed_bytes: sum(ledger.sources, (s) => s.bytes),
  landed_records: sum(ledger.sources, (s) => s.landed),
  used_records: sum(ledger.sources, (s) => s.used),
  dropped_records: sum(ledger.sources, (s) => s.dropped),
  duplicate_records: sum(ledger.sources, (s) => s.duplicates),
  quarantined_records: sum(ledger.sources, (s) => s.quarantined),
  table_rows: sum(ledger.tables, (t) => t.rows),
  table_bytes: sum(ledger.tables, (t) => t.bytes),
  failed_checks: ledger.checks.filter(({ passed }) => !passed).length,
  error: ledger.error?.message ?? null,
  dollars: ledger.cost?.dollars ?? null,
});

/**
 * Writes a run's rows of `ops.runs` and `ops.checks`: a file of their own, that
 * nobody else writes.
 */
export const writeOps = async (
  { store }: Pick<Platform, 'store'>,
  ledger: Ledger,
): Promise<void> => {
  const checks = ledger.checks.map((result) => ({
    run_id: ledger.run,
    pipeline: ledger.pipeline,
    logical_date: ledger.date,
    relation: result.relation,
    check_name: result.check,
    severity: result.severity,
    passed: result.passed,
    bad_rows: result.badRows,
    detail: result.detail ?? null,
  }));
  const lines = (rows: readonly object[]) =>
    rows.map((row) => `${JSON.stringify(row)}\n`).join('');
  await Promise.all([
    store.write(keys.opsRuns(ledger.run), lines([runRow(ledger)])),
    store.write(keys.opsChecks(ledger.run), lines(checks)),
  ]);
};
