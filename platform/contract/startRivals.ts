import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { RivalArgument, RivalResult, RivalTask } from './rivalTasks.ts';
import type { Subject } from './subject.ts';

const RIVAL = fileURLToPath(new URL('./rival.ts', import.meta.url));

/** Another process at work on the same place. */
export interface Rival<T extends RivalTask> {
  readonly task: T;
  readonly argument: RivalArgument<T>;
}

/** Rivals that have done their task and still run. */
export interface Rivals<T extends RivalTask> {
  readonly results: RivalResult<T>[];
  /** Ends them as a crash does. */
  kill(): Promise<void>;
  /** Lets them end by themselves. */
  end(): Promise<void>;
}

/**
 * Starts processes, sets them off at the same moment when all are ready, and
 * waits until each has done its task.
 */
export const startRivals = async <T extends RivalTask>(
  { module }: Subject,
  place: string,
  rivals: readonly Rival<T>[],
): Promise<Rivals<T>> => {
  const processes = rivals.map(({ task, argument }) => {
    const args = [RIVAL, module, place, task, JSON.stringify(argument)];
    const child = spawn(process.execPath, args, {
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    const lines = createInterface({ input: child.stdout })[
      Symbol.asyncIterator
    ]();
    return { child, lines, exit: once(child, 'exit') };
  });
  const leave = async (act: (child: ChildProcess) => void) => {
    for (const { child } of processes) act(child);
    await Promise.all(processes.map(({ exit }) => exit));
  };
  await Promise.all(processes.map(({ lines }) => lines.next()));
  for (const { child } of processes) child.stdin.write('go\n');
  const results = await Promise.all(
    processes.map(async ({ lines }) => {
      const { value, done } = await lines.next();
      if (done) throw new Error('a rival ended without a result');
      return JSON.parse(value) as RivalResult<T>;
    }),
  );
  return {
    results,
    kill: () => leave((child) => child.kill('SIGKILL')),
    end: () => leave((child) => child.stdin?.end()),
  };
};

/** Runs rivals to their end. @returns what each one's task gave. */
export const runRivals = async <T extends RivalTask>(
  subject: Subject,
  place: string,
  rivals: readonly Rival<T>[],
): Promise<RivalResult<T>[]> => {
  const started = await startRivals(subject, place, rivals);
  await started.end();
  return started.results;
};
