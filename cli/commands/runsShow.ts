import { UsageError } from '../../core/errors.ts';
import { readLedger } from '../../functions/shared/ledger.ts';
import { outcomeNow } from '../../functions/shared/outcomeNow.ts';
import { listRuns } from '../../functions/shared/readLedgers.ts';
import type { Platform } from '../../platform/ports.ts';
import { type CommonOptions, EXIT, platformOf } from '../context.ts';
import { runDetails } from '../output/runDetails.ts';
import { stageOf } from '../stage/commands.ts';
import { rethrow } from '../stage/errors.ts';
import type { RunNow } from './runs.ts';

const SHOWN = 5;

/** The one run that the text means: an id, the beginning of one, `latest`. */
const findRun = async (
  platform: Platform,
  text: string,
  pipeline: string | undefined,
): Promise<{ readonly pipeline: string; readonly run: string }> => {
  const runs = await listRuns(platform, pipeline);
  const last = runs.at(-1);
  if (!last) throw new UsageError('nothing ran yet: tributary run');
  if (text === 'latest') return last;
  const found = runs.filter(({ run }) => run.startsWith(text));
  const [first, second] = found;
  if (!first)
    throw new UsageError(
      `no run begins with "${text}"; the last one is ${last.run}`,
    );
  if (second)
    throw new UsageError(
      `${found.length} runs begin with "${text}": ` +
        found
          .slice(-SHOWN)
          .map(({ run }) => run)
          .join(', ') +
        (found.length > SHOWN ? ', …' : ''),
    );
  return first;
};

/** Shows all that is known of one run. */
export const runsShowCommand = async (
  text: string,
  pipeline: string | undefined,
  options: CommonOptions,
): Promise<number> => {
  const platform = (await stageOf(options))?.platform ?? platformOf(options);
  if (pipeline !== undefined) await platform.definitions.plan(pipeline);
  const at = await findRun(platform, text, pipeline).catch(rethrow);
  const ledger = await readLedger(platform, at.pipeline, at.run);
  if (!ledger) throw new UsageError(`the ledger of run ${at.run} is gone`);
  const outcome = await outcomeNow(platform, ledger);
  const run: RunNow = { ...ledger, outcome };
  console.log(options.json ? JSON.stringify(run, null, 1) : runDetails(run));
  return EXIT.ok;
};
