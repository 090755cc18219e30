import type { Reject } from '../../engine/decode/decoded.ts';
import {
  listRejects,
  readRejects,
} from '../../functions/quarantine/readRejects.ts';
import { retryEvent } from '../../functions/quarantine/retryEvent.ts';
import type { Platform } from '../../platform/ports.ts';
import { type CommonOptions, platformOf } from '../context.ts';
import { onOneLine } from '../output/onOneLine.ts';
import { runReport } from '../output/runReport.ts';
import {
  exitCodeOfRuns,
  outcomeJson,
  outcomeLine,
  runOnce,
} from '../runOnce.ts';

export interface RetryOptions extends CommonOptions {
  readonly run?: string;
  readonly limit: number;
}

type Rejected = Reject & { readonly source: string };

const rejectsOf = async (
  platform: Platform,
  pipeline: string,
  run: string,
): Promise<Rejected[]> => {
  const found: Rejected[] = [];
  for (const file of await listRejects(platform, { pipeline, run }))
    for await (const reject of readRejects(platform, file))
      found.push({ source: file.source, ...reject });
  return found;
};

const placeOf = ({ source, path, line }: Rejected) =>
  JSON.stringify([source, path, line]);

/** The records that were rejected and are not any more. */
const takenUp = (before: readonly Rejected[], after: readonly Rejected[]) => {
  const still = new Set(after.map(placeOf));
  return before.filter((reject) => !still.has(placeOf(reject)));
};

const report = (
  before: readonly Rejected[],
  after: readonly Rejected[],
  limit: number,
): string => {
  const taken = takenUp(before, after);
  const lines = taken
    .slice(0, limit)
    .map((r) => `  ${r.path}:${r.line}: ${onOneLine(r.raw)}`);
  return [
    `${taken.length} of ${before.length} rejected records were taken up, ` +
      `${after.length} are in quarantine now`,
    ...lines,
    ...(taken.length > limit ? ['  …'] : []),
  ].join('\n');
};

/** Runs what a run rejected again, with all that landed beside it. */
export const quarantineRetryCommand = async (
  pipeline: string,
  options: RetryOptions,
): Promise<number> => {
  const platform = platformOf(options);
  const event = await retryEvent(platform, pipeline, options.run);
  const before = await rejectsOf(platform, pipeline, event.of.run);
  const outcome = await runOnce(platform, pipeline, event.date, event.options);
  const { ledger, result } = outcome;
  const after = await rejectsOf(platform, pipeline, result.run);
  if (options.json) {
    const taken = result.error ? [] : takenUp(before, after);
    const of = event.of.run;
    const done = { of, run: outcomeJson(outcome), taken, left: after };
    console.log(JSON.stringify(done, null, 1));
    return exitCodeOfRuns([outcome]);
  }
  console.log(outcomeLine(outcome));
  if (result.error)
    console.error(`${result.error.name}: ${result.error.message}`);
  else console.log(report(before, after, options.limit));
  if (ledger) console.log(`\n${runReport(ledger)}`);
  return exitCodeOfRuns([outcome]);
};
