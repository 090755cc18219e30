import type { QueryResult } from '../../engine/query/openLake.ts';
import type { RunOptions } from '../../functions/shared/events.ts';
import { recordingsPrefix } from '../../platform/aws/recordings.ts';
import type { CommonOptions } from '../context.ts';
import type { InputOptions } from '../runOnce.ts';
import { explainAws } from './errors.ts';
import type { Stage } from './openStage.ts';
import { qualify } from './qualify.ts';
import type { runOnStage } from './runOnStage.ts';

// The AWS SDK is only loaded for a stage: it would double the start of a command.

/** The stage that a command was told; none for this machine. */
export const stageOf = async ({
  stage,
  pipelines,
}: CommonOptions): Promise<Stage | undefined> =>
  stage === undefined
    ? undefined
    : (await import('./openStage.ts')).openStage(stage, pipelines);

/** {@link runOnStage}, loaded when it is called. */
export const runThere: typeof runOnStage = async (...given) =>
  (await import('./runOnStage.ts')).runOnStage(...given);

/**
 * Where the input of a run on a stage comes from: live, as by its schedule,
 * unless the sample or a recording in its landing bucket is asked for.
 * @throws UsageError for a recording that lies elsewhere.
 */
export const stageInput = ({
  replay,
  sample,
  engine,
}: InputOptions): RunOptions => {
  if (replay !== undefined) recordingsPrefix(replay);
  const isLive = !sample && replay === undefined;
  return {
    ...(isLive && { live: true }),
    ...(replay !== undefined && { replay }),
    ...(engine && engine !== 'auto' && { engine }),
  };
};

/** Asks Athena of a stage, by the names that a query has on a laptop. */
export const askStage = async (
  { settings, platform: { definitions } }: Stage,
  sql: string,
): Promise<QueryResult> => {
  const { AthenaClient } = await import('@aws-sdk/client-athena');
  const { athenaQuery } = await import('../../platform/aws/athenaQuery.ts');
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
