import { isHttp } from '../../core/http.ts';
import type { Plan } from '../../core/plan.ts';
import { fetch } from '../../functions/fetch/handler.ts';
import { plan as planStep } from '../../functions/plan/handler.ts';
import { publish } from '../../functions/publish/handler.ts';
import { transform } from '../../functions/transform/handler.ts';
import { newExecution } from '../../platform/local/localExecutions.ts';
import type { Platform } from '../../platform/ports.ts';
import {
  differences,
  expectedRows,
  publishedRows,
} from '../support/goldenRows.ts';
import { PIPELINES } from '../support/testLake.ts';

/**
 * Runs a pipeline with its HTTP sources live, from servers that stand in for
 * the real ones, and all others from its sample.
 */
export const mixedRun = async (
  base: Platform,
  origins: Readonly<Record<string, string>>,
  pipeline: string,
  date: string,
  change: (plan: Plan) => Plan = (plan) => plan,
) => {
  const { definitions } = base;
  const platform: Platform = {
    ...base,
    http: { origins, backoffMs: 5 },
    definitions: {
      ...definitions,
      plan: async (name) => change(await definitions.plan(name)),
    },
  };
  const { sources } = await platform.definitions.plan(pipeline);
  const started = await planStep(platform)({
    pipeline,
    date,
    options: { live: true },
    execution: {
      id: await newExecution(),
      startedAt: new Date().toISOString(),
    },
  });
  const { waves, engine: _, ...common } = started;
  const landed = [];
  for (const { source } of waves.flat()) {
    const from = sources.find(({ name }) => name === source)?.from;
    const options = isHttp(from) ? { live: true } : {};
    landed.push(await fetch(platform)({ ...common, source, options }));
  }
  const event = { ...started, landed };
  const transformed = await transform(platform)(event);
  await publish(platform)({ ...event, transformed });
  return { run: started.run, landed };
};

/** Every published row that is not as expected from the recording. */
export const unexpectedRows = async (
  platform: Platform,
  lake: string,
  pipeline: string,
) => {
  const { tables } = await platform.definitions.plan(pipeline);
  const found = await Promise.all(
    tables.map(async ({ name, columns }) => {
      const rows = await publishedRows(platform, lake, pipeline, name, columns);
      const file = `${PIPELINES}/${pipeline}/expected/${name}.csv`;
      return differences(rows, await expectedRows(file, columns));
    }),
  );
  return found.flatMap(({ missing, unexpected }) => [
    ...missing,
    ...unexpected,
  ]);
};
