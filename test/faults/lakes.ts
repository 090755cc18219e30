import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { openPublished } from '../../cli/commands/sql.ts';
import { type ExecutionResult, execute } from '../../cli/localMachine.ts';
import { days } from '../../core/duration.ts';
import { type CleanResult, clean } from '../../functions/clean/handler.ts';
import { rollback } from '../../functions/rollback/handler.ts';
import type { FileSystem } from '../../platform/local/fileSystem.ts';
import {
  endExecution,
  newExecution,
} from '../../platform/local/localExecutions.ts';
import { localPlatform } from '../../platform/local/localPlatform.ts';
import type { Platform } from '../../platform/ports.ts';

const FIXTURE = fileURLToPath(new URL('./fixture/', import.meta.url));
export const PIPELINES = join(FIXTURE, 'pipelines');

/** A recorded input of the fixture's pipeline. */
export type Recording = 'first' | 'second' | 'corrected';

/** @returns the folder that `--replay` takes. */
export const recordingOf = (recording: string): string =>
  join(FIXTURE, recording);

/**
 * A lake of the fixture. All lakes side by side have one scratch folder, so
 * that the engine, which is kept for each, is there once.
 */
export const platformOf = (lake: string, fs?: FileSystem): Platform => ({
  ...localPlatform({ lake, pipelines: PIPELINES, ...(fs && { fs }) }),
  scratch: join(dirname(lake), 'work'),
});

/** Runs the fixture's pipeline in this process. */
export const runHere = (
  lake: string,
  replay: string,
  fs?: FileSystem,
): Promise<ExecutionResult> =>
  execute(platformOf(lake, fs), {
    pipeline: 'shop',
    date: null,
    options: { replay },
  });

/** Takes back a run (the last) in this process. @returns the run. */
export const rollbackHere = async (
  platform: Platform,
  run?: string,
): Promise<string> => {
  const id = await newExecution();
  const execution = { id, startedAt: new Date().toISOString() };
  const given = run === undefined ? {} : { run };
  try {
    const done = await rollback(platform)({
      pipeline: 'shop',
      execution,
      ...given,
    });
    return done.run;
  } finally {
    endExecution(id);
  }
};

/** Cleans in this process, long after what happened. */
export const cleanHere = async (
  platform: Platform,
  bounds: { readonly keep: number; readonly olderThan: number },
): Promise<CleanResult> => {
  const id = await newExecution();
  const later = () => new Date(Date.now() + days(365) * 1000);
  const act = clean({ ...platform, clock: { now: later } });
  const execution = { id, startedAt: new Date().toISOString() };
  try {
    return await act({ pipeline: 'shop', execution, ...bounds });
  } finally {
    endExecution(id);
  }
};

/** All rows of all published tables, as text that can be compared. */
export const answerOf = async (lake: string): Promise<string> => {
  const platform = platformOf(lake);
  const { tables } = await platform.catalog.read('shop');
  const reader = await openPublished(platform, lake);
  try {
    const answers: Record<string, unknown> = {};
    for (const name of Object.keys(tables).sort())
      answers[name] = (
        await reader.query(`SELECT * FROM shop.${name} ORDER BY ALL`)
      ).rows;
    return JSON.stringify(answers);
  } finally {
    reader.close();
  }
};

const succeed = async (lake: string, recording: Recording): Promise<void> => {
  const { error } = await runHere(lake, recordingOf(recording));
  if (error) throw new Error(`${recording}: ${error.name}: ${error.message}`);
};

/** Lakes to try faults on: each a copy, all gone at the end. */
export interface Lakes {
  /** A lake after these recordings were run, one after the other. */
  template(...recordings: Recording[]): Promise<string>;
  copy(lake: string): Promise<string>;
  remove(): Promise<void>;
}

export const openLakes = async (): Promise<Lakes> => {
  const folder = await mkdtemp(join(tmpdir(), 'tributary-faults-'));
  let made = 0;
  const next = () => join(folder, `lake-${made++}`);
  return {
    template: async (...recordings) => {
      const lake = next();
      for (const recording of recordings) await succeed(lake, recording);
      return lake;
    },
    copy: async (lake) => {
      const copied = next();
      await cp(lake, copied, { recursive: true, force: true }).catch(
        (error: NodeJS.ErrnoException) => {
          // A lake that no run was in has no folder yet.
          if (error.code !== 'ENOENT') throw error;
        },
      );
      return copied;
    },
    remove: () => rm(folder, { recursive: true, force: true }),
  };
};
