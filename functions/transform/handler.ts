import { join } from 'node:path';
import { UsageError } from '../../core/errors.ts';
import { runEngine } from '../../engine/runEngine.ts';
import { filesOfFolder } from '../../platform/madeFiles.ts';
import { rm } from '../../platform/shortFiles.ts';
import { gatherInput } from '../shared/engineInput.ts';
import { engineLimits } from '../shared/engineLimits.ts';
import { keepOutput, uploadRejects } from '../shared/engineOutput.ts';
import type { LandedEvent } from '../shared/events.ts';
import { handler } from '../shared/handler.ts';
import { updateLedger } from '../shared/ledger.ts';
import { afterFetch } from '../shared/steps.ts';

/**
 * Runs the embedded engine on what landed and checks the tables. They are in
 * the lake afterwards, and nobody sees them yet.
 * @throws CheckError where a check of severity `fail` found bad rows.
 */
export const transform = handler<LandedEvent, { readonly output: string }>(
  'transform',
  ['pipeline', 'run', 'landed'],
  (platform) => async (event) => {
    const { run, date, period, landed, engine } = event;
    const startedAt = platform.clock.now();
    const { bases, jdbc, unflushed, ...gathered } = await gatherInput(
      platform,
      event,
    );
    const [unlanded] = Object.keys(jdbc);
    if (unlanded !== undefined)
      throw new UsageError(
        'its rows did not land: the Spark job alone reads this table',
        { pipeline: event.pipeline, source: unlanded },
      );
    const workDir = join(platform.scratch, run, 'engine');
    const files = filesOfFolder(platform.store, workDir);
    await updateLedger(platform, event, (ledger) => ({
      engine,
      ...afterFetch(ledger, landed),
    }));
    // Nothing is published before what it was made of outlives a power failure.
    const flushed = platform.store.flush(unflushed);
    // It may fail before the engine is done, and is waited for then.
    flushed.catch(() => {});
    try {
      const output = await runEngine({
        ...gathered,
        run,
        date,
        period,
        workDir,
        limits: engineLimits(platform),
      }).finally(() => uploadRejects(event, files));
      await flushed;
      const made = { output, files, bases, startedAt };
      return await keepOutput(platform, event, made);
    } finally {
      await Promise.allSettled([flushed]);
      await rm(join(platform.scratch, run), { recursive: true, force: true });
    }
  },
);
