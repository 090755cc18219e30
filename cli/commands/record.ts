import { resolve } from 'node:path';
import { TributaryError } from '../../core/errors.ts';
import {
  record,
  refuseExisting,
  refuseUnrecorded,
} from '../../functions/record/handler.ts';
import {
  type CommonOptions,
  EXIT,
  exitCodeOf,
  platformOf,
} from '../context.ts';
import { runReport } from '../output/runReport.ts';
import { outcomeJson, outcomeLine, runOnce } from '../runOnce.ts';

export interface RecordOptions extends CommonOptions {
  readonly out: string;
  readonly date?: string;
}

/** Runs a pipeline live, and keeps what it received as a recording. */
export const recordCommand = async (
  pipeline: string,
  options: RecordOptions,
): Promise<number> => {
  const platform = platformOf(options);
  const out = resolve(options.out);
  refuseExisting(out, pipeline);
  refuseUnrecorded(await platform.definitions.plan(pipeline));
  const date = options.date ?? null;
  const outcome = await runOnce(platform, pipeline, date, { live: true });
  const { result, ledger } = outcome;
  if (!options.json) {
    console.log(outcomeLine(outcome));
    if (result.error)
      console.error(`${result.error.name}: ${result.error.message}`);
    if (ledger) console.log(runReport(ledger));
  }
  const event = { pipeline, run: result.run, out };
  // A run may fail on what it received: all the more it is worth keeping.
  const recorded = await record(platform)(event).catch((error: unknown) => {
    if (result.error && error instanceof TributaryError) return undefined;
    throw error;
  });
  if (options.json)
    console.log(JSON.stringify({ ...outcomeJson(outcome), recorded }, null, 1));
  else if (recorded)
    console.log(
      `recorded ${recorded.files} ${recorded.files === 1 ? 'file' : 'files'}, ` +
        `${recorded.bytes} bytes in ` +
        `${recorded.folder}\n  tributary run ${pipeline} --replay ${options.out}`,
    );
  return result.error ? exitCodeOf(result.error.name) : EXIT.ok;
};
