import { type ChildProcess, spawn } from 'node:child_process';
import { join } from 'node:path';
import { ROOT } from '../support/tsc.ts';

export const BIN = join(ROOT, 'node_modules', '.bin');

/** All that this suite writes on this machine. */
export const WORK = join(ROOT, '.cache', 'deploy');

const KEPT_LINES = 40;

/** What a program said; its standard output alone is `out`. */
export interface Said {
  readonly code: number;
  readonly out: string;
  readonly all: string;
}

export interface Running {
  readonly child: ChildProcess;
  readonly ended: Promise<Said>;
  /** Kills it and all that it has started, as the loss of a machine does. */
  kill(): void;
}

/** Starts a program in the project's folder. */
export const start = (
  [program = '', ...args]: readonly string[],
  env: NodeJS.ProcessEnv = process.env,
): Running => {
  const child = spawn(program, args, { cwd: ROOT, env, detached: true });
  const kill = () => {
    try {
      if (child.pid !== undefined) process.kill(-child.pid, 'SIGKILL');
    } catch {
      // It ended before.
    }
  };
  process.once('exit', kill);
  let out = '';
  let all = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    out += text;
    all += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    all += text;
  });
  const ended = new Promise<Said>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code) => {
      process.off('exit', kill);
      resolve({ code: code ?? -1, out, all });
    });
  });
  return { child, ended, kill };
};

/** Runs a program to its end. @throws with its last lines where it fails. */
export const run = async (
  command: readonly string[],
  env?: NodeJS.ProcessEnv,
): Promise<Said> => {
  const said = await start(command, env).ended;
  if (said.code === 0) return said;
  const last = said.all.trim().split('\n').slice(-KEPT_LINES).join('\n');
  throw new Error(`${command.join(' ')}: exit ${said.code}\n${last}`);
};
