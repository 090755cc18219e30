import { type CleanResult, clean } from '../../functions/clean/handler.ts';
import {
  endExecution,
  newExecution,
} from '../../platform/local/localExecutions.ts';
import type { Platform } from '../../platform/ports.ts';
import { type CommonOptions, EXIT, platformOf } from '../context.ts';
import { shownBytes } from '../output/bytes.ts';
import { alignTable } from '../output/table.ts';
import { reconcileRuns } from '../reconcileRuns.ts';

export interface CleanOptions extends CommonOptions {
  readonly keep?: number;
  /** In seconds. */
  readonly olderThan?: number;
  readonly dryRun?: boolean;
}

const cleanOne = async (
  platform: Platform,
  pipeline: string,
  { keep, olderThan, dryRun = false }: CleanOptions,
): Promise<CleanResult> => {
  const id = await newExecution();
  const startedAt = platform.clock.now().toISOString();
  try {
    return await clean(platform)({
      pipeline,
      dryRun,
      execution: { id, startedAt },
      ...(keep !== undefined && { keep }),
      ...(olderThan !== undefined && { olderThan }),
    });
  } finally {
    endExecution(id);
  }
};

const summary = ({ pipeline, bytes, kept, dryRun, removed }: CleanResult) =>
  `${pipeline}: ${dryRun ? 'would remove' : 'removed'} ` +
  `${removed.length === 0 ? 'nothing' : shownBytes(bytes)}, ` +
  `${dryRun ? 'would keep' : 'kept'} ${shownBytes(kept.bytes)}`;

const report = (result: CleanResult): string => {
  if (result.removed.length === 0) return summary(result);
  const table = alignTable(
    ['what', 'bytes', 'why'],
    result.removed.map(({ key, bytes, why }) => [key, bytes, why]),
  );
  return `${table}\n${summary(result)}`;
};

/** Removes what is beyond a pipeline's retention, one pipeline after another. */
export const cleanCommand = async (
  named: readonly string[],
  options: CleanOptions,
): Promise<number> => {
  const platform = platformOf(options);
  const pipelines =
    named.length > 0 ? named : await platform.definitions.names();
  for (const name of named) await platform.definitions.plan(name);
  const results: CleanResult[] = [];
  for (const pipeline of pipelines) {
    if (!options.dryRun) await reconcileRuns(platform, pipeline);
    const result = await cleanOne(platform, pipeline, options);
    results.push(result);
    if (!options.json) console.log(report(result));
  }
  if (options.json) console.log(JSON.stringify(results, null, 1));
  return EXIT.ok;
};
