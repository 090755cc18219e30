import { spawn } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { ROOT, type Usage } from '../measure.ts';

const EVERY_MS = 100;
const TICKS_A_SECOND = 100;
const PAGE_BYTES = 4096;

interface Process {
  readonly parent: number;
  readonly cpuSeconds: number;
  readonly bytes: number;
}

/** `/proc/<pid>/stat`, whose second field may hold blanks and brackets. */
const readProcess = (pid: number): Process | undefined => {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    const field = (n: number) => Number(fields[n - 3]);
    return {
      parent: field(4),
      cpuSeconds: (field(14) + field(15)) / TICKS_A_SECOND,
      bytes: field(24) * PAGE_BYTES,
    };
  } catch {
    return undefined;
  }
};

/** A process and all that it started, as they are now. */
const treeOf = (root: number): Map<number, Process> => {
  const all = new Map<number, Process>();
  for (const name of readdirSync('/proc')) {
    const found = /^\d+$/.test(name) ? readProcess(Number(name)) : undefined;
    if (found) all.set(Number(name), found);
  }
  const belongs = (pid: number): boolean => {
    if (pid === root) return true;
    const parent = all.get(pid)?.parent;
    return parent !== undefined && parent > 1 && belongs(parent);
  };
  return new Map([...all].filter(([pid]) => belongs(pid)));
};

/**
 * Runs a program and measures it with all that it starts: a JVM, or Python.
 * Memory and processor time are looked at ten times a second, so that what a
 * process used in its last moment is missing.
 * @throws Error with what the program said where it fails.
 */
export const measureTree = async (
  [program = '', ...args]: readonly string[],
  env: NodeJS.ProcessEnv = {},
): Promise<Usage> => {
  const startedAt = performance.now();
  const child = spawn(program, args, {
    cwd: ROOT,
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const cpu = new Map<number, number>();
  let peakBytes = 0;
  const look = () => {
    let bytes = 0;
    for (const [pid, found] of treeOf(child.pid ?? 0)) {
      cpu.set(pid, found.cpuSeconds);
      bytes += found.bytes;
    }
    peakBytes = Math.max(peakBytes, bytes);
  };
  const timer = setInterval(look, EVERY_MS);
  let said = '';
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (text: string) => {
      said = (said + text).slice(-5000);
    });
  try {
    const code = await new Promise<number | null>((done, fail) => {
      child.on('error', fail);
      child.on('close', done);
    });
    if (code !== 0) throw new Error(`${program} ended with ${code}\n${said}`);
  } finally {
    clearInterval(timer);
  }
  const seconds = (performance.now() - startedAt) / 1000;
  const cpuSeconds = [...cpu.values()].reduce((sum, each) => sum + each, 0);
  return { seconds, cpuSeconds, peakBytes };
};
