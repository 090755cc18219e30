import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type ExecutionResult, execute } from '../../cli/localMachine.ts';
import { type Ledger, readLedger } from '../../functions/shared/ledger.ts';
import { localPlatform } from '../../platform/local/localPlatform.ts';
import type { Platform } from '../../platform/ports.ts';
import { ROOT } from './tsc.ts';

export const PIPELINES = join(ROOT, 'pipelines');

/** A run through the real state machine, and what its ledger says. */
export interface LakeRun extends ExecutionResult {
  readonly ledger: Ledger | undefined;
}

/** A lake of its own, in a folder that goes with the test. */
export interface TestLake {
  readonly lake: string;
  readonly platform: Platform;
  /**
   * Runs a pipeline on its sample, or on the copy of it that `damage` changed.
   * @param date default: the recording's.
   */
  run(
    pipeline: string,
    damage?: (folder: string) => Promise<unknown>,
    date?: string,
  ): Promise<LakeRun>;
}

/** Sets up lakes for the tests of a file; all are removed afterwards. */
export const testLakes = (): (() => Promise<TestLake>) => {
  let root = '';
  beforeAll(async () => {
    root = await mkdtemp(join(tmpdir(), 'tributary-lakes-'));
  });
  afterAll(() => rm(root, { recursive: true, force: true }));
  return async () => {
    const folder = await mkdtemp(join(root, 'lake-'));
    const lake = join(folder, 'lake');
    const platform = localPlatform({ lake, pipelines: PIPELINES });
    let copies = 0;
    const damaged = async (
      pipeline: string,
      damage: (folder: string) => Promise<unknown>,
    ) => {
      const replay = join(folder, `replay-${copies++}`);
      const copy = join(replay, pipeline);
      await cp(await platform.definitions.sample(pipeline), copy, {
        recursive: true,
      });
      await damage(copy);
      return { replay };
    };
    return {
      lake,
      platform,
      run: async (pipeline, damage, date) => {
        const options = damage ? await damaged(pipeline, damage) : {};
        const event = { pipeline, date: date ?? null, options };
        const result = await execute(platform, event);
        const ledger = await readLedger(platform, pipeline, result.run);
        return { ...result, ledger };
      },
    };
  };
};
