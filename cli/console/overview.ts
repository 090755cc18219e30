import { TributaryError } from '../../core/errors.ts';
import type { Plan } from '../../core/plan.ts';
import type { Ledger } from '../../functions/shared/ledger.ts';
import { outcomeNow } from '../../functions/shared/outcomeNow.ts';
import { readLedgers } from '../../functions/shared/readLedgers.ts';
import { type Status, status } from '../../functions/status/handler.ts';
import type { Platform } from '../../platform/ports.ts';
import type { RunNow } from '../commands/runs.ts';

/** A pipeline as the overview has it. */
export interface Standing {
  readonly pipeline: string;
  readonly title: string;
  readonly status: Status;
  /** The last ones, oldest first. */
  readonly runs: readonly RunNow[];
}

export interface Broken {
  readonly pipeline: string;
  readonly error: string;
}

const SHOWN = 20;

/** What a run cost on AWS, or would have; nothing is known of older ones. */
export const dollarsOf = ({ cost }: Pick<Ledger, 'cost'>): number =>
  cost?.dollars ?? 0;

/** The last runs of a pipeline as they stand now, oldest first. */
export const runsNow = async (
  platform: Platform,
  pipeline: string,
  last: number,
): Promise<RunNow[]> =>
  Promise.all(
    (await readLedgers(platform, pipeline, last)).map(async (ledger) => ({
      ...ledger,
      outcome: await outcomeNow(platform, ledger),
    })),
  );

const standingOf = async (
  platform: Platform,
  pipeline: string,
): Promise<Standing | Broken> => {
  try {
    const { title } = await platform.definitions.plan(pipeline);
    const [now, runs] = await Promise.all([
      status(platform)({ pipeline }),
      runsNow(platform, pipeline, SHOWN),
    ]);
    return { pipeline, title, status: now, runs };
  } catch (error) {
    if (!(error instanceof TributaryError)) throw error;
    return { pipeline, error: error.message };
  }
};

/** The plans of all pipelines that compile. */
export const readPlans = async ({
  definitions,
}: Pick<Platform, 'definitions'>): Promise<Plan[]> => {
  const names = await definitions.names();
  const plans = await Promise.all(
    names.map((name) =>
      definitions.plan(name).catch((error) => {
        if (!(error instanceof TributaryError)) throw error;
        return undefined;
      }),
    ),
  );
  return plans.filter((plan) => plan !== undefined);
};

/** How all pipelines stand. */
export const readOverview = async (
  platform: Platform,
): Promise<(Standing | Broken)[]> =>
  Promise.all(
    (await platform.definitions.names()).map((name) =>
      standingOf(platform, name),
    ),
  );
