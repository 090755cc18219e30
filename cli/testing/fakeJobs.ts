import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { EngineInput } from '../../engine/input.ts';
import { runEngine } from '../../engine/runEngine.ts';
import { filesOfFolder } from '../../platform/madeFiles.ts';
import type { JobOrder, Jobs, Platform } from '../../platform/ports.ts';

/** What came of a job: files and their result, or what it says instead. */
export type Act = (job: {
  readonly order: JobOrder;
  readonly workDir: string;
  /** Does the work on the embedded engine, and writes the result. */
  readonly work: () => Promise<void>;
  readonly succeed: () => Promise<void>;
}) => Promise<void>;

/** Jobs that need no Spark, and how often each run's was started and ended. */
export const fakeJobs = (
  {
    scratch,
    callbacks,
    store,
  }: Pick<Platform, 'scratch' | 'callbacks' | 'store'>,
  act: Act,
): Jobs & { readonly started: string[]; readonly aborted: string[] } => {
  const started: string[] = [];
  const aborted: string[] = [];
  const folder = (run: string) => join(scratch, run, 'job');
  return {
    started,
    aborted,
    place: store.local,
    mysql: async (secret) => secret,
    made: async (_, run) => filesOfFolder(store, folder(run)),
    start: async (order) => {
      started.push(order.run);
      const workDir = folder(order.run);
      const read = async (path: string) =>
        JSON.parse(await readFile(path, 'utf8'));
      const work = async () => {
        const output = await runEngine({
          ...((await read(order.request)) as Omit<EngineInput, 'plan'>),
          plan: await read(order.plan),
          workDir,
          limits: { spillDir: join(scratch, 'spill') },
        });
        const result = join(workDir, 'result.json');
        await writeFile(result, JSON.stringify(output));
      };
      const succeed = () => callbacks.succeed(order.taskToken, {});
      act({ order, workDir, work, succeed }).catch(({ name, message }: Error) =>
        callbacks.fail(order.taskToken, { name, message }),
      );
      return order.run;
    },
    dpuSeconds: async () => undefined,

    abort: async (run) => {
      aborted.push(run);
    },
  };
};
