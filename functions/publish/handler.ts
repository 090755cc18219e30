import { inputKind, type LandedEvent } from '../shared/events.ts';
import { handler } from '../shared/handler.ts';
import {
  applySide,
  type Journal,
  readJournal,
  writeJournal,
} from '../shared/journal.ts';
import { stepSince, updateLedger } from '../shared/ledger.ts';
import { withPublishLease } from '../shared/publishLease.ts';
import { requireJson } from '../shared/readJson.ts';
import { readPlan } from '../shared/readPlan.ts';
import { refuseOlder } from '../shared/refuseOlder.ts';
import type { RunOutput } from '../shared/runOutput.ts';
import { baseOf } from '../shared/withoutSamples.ts';
import { confirmSeen } from './confirmSeen.ts';
import { movesOf } from './moves.ts';

export interface PublishEvent extends LandedEvent {
  readonly transformed: { readonly output: string };
}

/** The tables that a publish, done before, did not move. */
const keptBy = (output: RunOutput, { after }: Journal): string[] =>
  output.tables
    .map(({ table }) => table)
    .filter((table) => after.tables[table] === undefined);

/**
 * Moves the pointers of all tables of a run, journal first, then asks readers
 * what they find. Safe to repeat: a run that is published already is left as it is.
 * @throws PublishError where readers do not find what the run has written; they
 *   are led back to what they saw before.
 */
export const publish = handler<
  PublishEvent,
  { readonly kept: readonly string[] }
>(
  'publish',
  ['pipeline', 'run', 'transformed'],
  (platform) => async (event) => {
    const { pipeline, run, period, execution, options, transformed } = event;
    const startedAt = platform.clock.now();
    const plan = await readPlan(platform, pipeline, run);
    const output = await requireJson<RunOutput>(platform, transformed.output);
    const kept = await withPublishLease(
      platform,
      { pipeline, run, execution: execution.id },
      async (lease) => {
        const state = await platform.catalog.read(pipeline);
        const before = await readJournal(platform, pipeline, run);
        if (before?.state === 'done') {
          // One that died before it was confirmed, and is tried again.
          if (!before.isSeen && state.run === run)
            await confirmSeen(platform, before);
          return keptBy(output, before);
        }
        refuseOlder(plan, baseOf(state, options), period.label);
        const moves = movesOf(plan, state, output, {
          run,
          period: period.label,
          sample: inputKind(options) === 'sample',
        });
        const journal: Journal = {
          run,
          pipeline,
          kind: 'publish',
          state: 'prepared',
          at: platform.clock.now().toISOString(),
          version: state.version + 1,
          previous: state.run,
          before: moves.before,
          after: moves.after,
        };
        await writeJournal(platform, journal);
        await platform.locks.assertHeld(lease);
        await platform.catalog.replace(
          state,
          applySide(state, moves.after, run),
        );
        await confirmSeen(platform, journal);
        return moves.kept;
      },
    );
    await updateLedger(platform, event, (ledger) => ({
      tables: ledger.tables.map((table) => ({
        ...table,
        published: !kept.includes(table.table),
      })),
      steps: [...ledger.steps, stepSince(platform, 'publish', startedAt)],
    }));
    return { kept };
  },
);
