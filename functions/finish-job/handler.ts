import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { JobError } from '../../core/errors.ts';
import { parseJson } from '../../core/parseJson.ts';
import type { EngineOutput } from '../../engine/output.ts';
import type { MadeFiles, Platform } from '../../platform/ports.ts';
import { keepOutput, uploadRejects } from '../shared/engineOutput.ts';
import type { LandedEvent } from '../shared/events.ts';
import { handler } from '../shared/handler.ts';
import type { JobRecord } from '../shared/jobRecord.ts';
import { keys } from '../shared/keys.ts';
import { readJson } from '../shared/readJson.ts';

const recordOf = async (
  platform: Pick<Platform, 'store'>,
  { pipeline, run }: LandedEvent,
): Promise<JobRecord> => {
  const key = keys.jobRecord(pipeline, run);
  const record = await readJson<JobRecord>(platform, key);
  if (record === undefined)
    throw new JobError(`nobody started a job for run ${run}`, { pipeline });
  return record;
};

/** The job's result has the form of the embedded engine's. */
const outputOf = async (
  files: MadeFiles,
  { pipeline, run }: LandedEvent,
): Promise<EngineOutput> => {
  const body = await files.read('result.json');
  if (body === undefined)
    throw new JobError(`the job of run ${run} ended well but left no result`, {
      pipeline,
    });
  return parseJson(body, { pipeline, file: 'result.json' });
};

/**
 * Takes over what the Spark job of a run has made, as `transform` does with
 * what the embedded engine has.
 * @throws JobError where the job left no result.
 * @throws CheckError where a check of severity `fail` found bad rows.
 */
export const finishJob = handler<LandedEvent, { readonly output: string }>(
  'finish-job',
  ['pipeline', 'run', 'landed'],
  (platform) => async (event) => {
    const { bases, startedAt } = await recordOf(platform, event);
    const files = await platform.jobs.made(event.pipeline, event.run);
    try {
      const output = await outputOf(files, event);
      await uploadRejects(event, files);
      const started = new Date(startedAt);
      const made = { output, files, bases, startedAt: started };
      const kept = await keepOutput(platform, event, made);
      await platform.store.removeAll(keys.job(event.pipeline, event.run));
      return kept;
    } finally {
      const scratch = join(platform.scratch, event.run);
      await rm(scratch, { recursive: true, force: true });
    }
  },
);
