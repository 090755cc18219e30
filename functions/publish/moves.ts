import type {
  CatalogState,
  CatalogTable,
  Snapshot,
} from '../../core/catalog.ts';
import { StaleBaseError } from '../../core/errors.ts';
import type { Plan, PlanTable } from '../../core/plan.ts';
import type { JournalSide } from '../shared/journal.ts';
import type { RunOutput } from '../shared/runOutput.ts';
import { withoutSamples } from '../shared/withoutSamples.ts';

/** What a publish changes, and which tables it leaves as they are. */
export interface Moves {
  readonly before: JournalSide;
  readonly after: JournalSide;
  readonly kept: readonly string[];
}

const sameValues = (a: Snapshot['values'], b: Snapshot['values']) =>
  JSON.stringify(a) === JSON.stringify(b);

const withSnapshot = (
  table: PlanTable,
  before: CatalogTable | undefined,
  snapshot: Snapshot,
): CatalogTable => {
  const others =
    table.mode === 'partition'
      ? (before?.partitions ?? []).filter(
          ({ values }) => !sameValues(values, snapshot.values),
        )
      : [];
  const partitions = [...others, snapshot].sort((a, b) =>
    a.period < b.period ? -1 : 1,
  );
  return {
    mode: table.mode,
    columns: table.columns.map(({ name, type }) => ({ name, type })),
    partitionBy: Object.keys(table.partitionBy),
    partitions,
  };
};

const WHOLE = /^-?\d+$/;

const isLater = (a: string, b: string) =>
  WHOLE.test(a) && WHOLE.test(b) ? BigInt(a) > BigInt(b) : a > b;

/** Merged rows stay, so a run of late rows does not take a watermark back. */
const laterOf = (
  before: RunOutput['watermarks'],
  after: RunOutput['watermarks'],
): RunOutput['watermarks'] => ({
  ...before,
  ...Object.fromEntries(
    Object.entries(after).filter(
      ([source, mark]) => !isLater(before[source] ?? mark, mark),
    ),
  ),
});

/**
 * What publishing a run's output would move. A newer snapshot of a `replace`
 * table stays.
 * @throws StaleBaseError where a table was merged with a snapshot that is not
 *   the published one any more.
 */
export const movesOf = (
  plan: Plan,
  state: CatalogState,
  output: RunOutput,
  of: {
    readonly run: string;
    readonly period: string;
    /** Whether the input was the pipeline's own sample. */
    readonly sample?: boolean;
  },
): Moves => {
  const { run, period, sample = false } = of;
  const base = sample ? state : withoutSamples(state);
  const before: Record<string, CatalogTable | null> = {};
  const after: Record<string, CatalogTable> = {};
  const kept: string[] = [];
  for (const table of plan.tables) {
    const written = output.tables.find((t) => t.table === table.name);
    if (!written) continue;
    const current = base.tables[table.name];
    const published = current?.partitions[0];
    if (table.mode === 'merge' && output.bases[table.name] !== published?.run)
      throw new StaleBaseError(
        `${table.name} was merged with the snapshot of run ` +
          `${output.bases[table.name] ?? 'none'}, but ${published?.run} ` +
          'is published now',
        { pipeline: plan.pipeline, table: table.name },
      );
    if (table.mode === 'replace' && published && published.period > period) {
      kept.push(table.name);
      continue;
    }
    before[table.name] = state.tables[table.name] ?? null;
    after[table.name] = withSnapshot(table, current, {
      values: written.values,
      location: written.location,
      files: written.files,
      run,
      period,
      rows: written.rows,
      bytes: written.bytes,
      ...(sample && { sample }),
    });
  }
  return {
    before: { tables: before, watermarks: state.watermarks },
    after: {
      tables: after,
      watermarks: laterOf(base.watermarks, output.watermarks),
    },
    kept,
  };
};
