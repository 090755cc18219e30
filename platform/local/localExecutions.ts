import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { promisify } from 'node:util';
import type { Executions } from '../ports.ts';
import { readFile } from '../shortFiles.ts';

/** For a system without `/proc`, such as macOS; empty where there is none. */
const askPs = async (pid: number): Promise<string> => {
  const args = ['-o', 'lstart=', '-p', String(pid)];
  const { stdout } = await promisify(execFile)('ps', args);
  return stdout.replace(/\W/g, '');
};

/** When a process started, so that a reused number is not mistaken for it. */
const startOf = async (pid: number): Promise<string> => {
  try {
    const stat = await readFile(`/proc/${pid}/stat`, 'utf8');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    // A zombie has ended; nobody has asked for its exit code yet.
    return fields[0] === 'Z' ? 'ended' : (fields[19] ?? '');
  } catch {
    return askPs(pid).catch(() => '');
  }
};

const isAlive = (pid: number) => {
  // Number 0 would stand for all processes of the group.
  if (!Number.isInteger(pid) || pid <= 0) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
};

/** A new name for an execution in this process. */
export const newExecution = async (): Promise<string> => {
  const start = await startOf(process.pid);
  return `local:${process.pid}:${start}:${randomBytes(4).toString('hex')}`;
};

const ended = new Set<string>();

/** Marks an execution of this process as over. */
export const endExecution = (execution: string): void => {
  ended.add(execution);
};

/** An execution runs as long as the process that started it does. */
export const localExecutions = (): Executions => ({
  isRunning: async (execution) => {
    const [, pid = '', start = ''] = execution.split(':');
    if (ended.has(execution) || !isAlive(Number(pid))) return false;
    return start === '' || (await startOf(Number(pid))) === start;
  },
});
