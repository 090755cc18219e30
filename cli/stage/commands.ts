import { AthenaClient } from '@aws-sdk/client-athena';
import { UsageError } from '../../core/errors.ts';
import type { QueryResult } from '../../engine/query/openLake.ts';
import type { RunOptions } from '../../functions/shared/events.ts';
import { athenaQuery } from '../../platform/aws/athenaQuery.ts';
import type { CommonOptions } from '../context.ts';
import type { InputOptions } from '../runOnce.ts';
import { explainAws } from './errors.ts';
import { openStage, type Stage } from './openStage.ts';
import { qualify } from './qualify.ts';

/** The stage that a command was told; none for this machine. */
export const stageOf = async ({
  stage,
  pipelines,
}: CommonOptions): Promise<Stage | undefined> =>
  stage === undefined ? undefined : openStage(stage, pipelines);

/**
 * Where the input of a run on a stage comes from: live, as by its schedule,
 * unless the sample is asked for.
 * @throws UsageError for a recording, which is of this machine.
 */
export const stageInput = ({
  replay,
  sample,
  engine,
}: InputOptions): RunOptions => {
  if (replay !== undefined)
    throw new UsageError(
      '--replay is a folder of this machine: a stage takes live input, or with ' +
        '--sample what lies at samples/<pipeline>/ in its landing bucket',
    );
  return {
    ...(!sample && { live: true }),
    ...(engine && engine !== 'auto' && { engine }),
  };
};

/** Asks Athena of a stage, by the names that a query has on a laptop. */
export const askStage = async (
  { settings, platform: { definitions } }: Stage,
  sql: string,
): Promise<QueryResult> => {
  const plans = await Promise.all(
    (await definitions.names()).map(definitions.plan),
  );
  const ask = athenaQuery({ client: new AthenaClient({}), settings });
  return ask(qualify(sql, plans, settings.databasePrefix)).catch(
    (error: unknown) => {
      throw explainAws(error);
    },
  );
};
