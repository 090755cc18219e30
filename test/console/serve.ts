import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { ROOT } from '../support/tsc.ts';

const COMMAND = join(ROOT, 'cli', 'tributary.js');

/** `tributary serve` in a process of its own, over a lake of its own. */
export interface Served {
  readonly origin: string;
  /** With the token, as the terminal shows it. */
  readonly address: string;
  /** Asks it to end, and waits for that. @returns its exit code. */
  stop(): Promise<number | null>;
}

const start = (args: readonly string[], lake: string): ChildProcess =>
  spawn(process.execPath, [COMMAND, ...args, '--lake', lake], {
    cwd: ROOT,
    stdio: ['ignore', 'pipe', 'inherit'],
  });

/** @throws Error where the command fails. */
const run = async (args: readonly string[], lake: string): Promise<void> => {
  const child = start(args, lake);
  child.stdout?.resume();
  const [code] = await once(child, 'exit');
  if (code !== 0) throw new Error(`${args.join(' ')} ended with ${code}`);
};

/** Runs all pipelines on their samples, and serves what they publish. */
export const serveSamples = async (): Promise<Served> => {
  const folder = await mkdtemp(join(tmpdir(), 'tributary-pages-'));
  const lake = join(folder, 'lake');
  await run(['run'], lake);
  const child = start(['serve', '--port', '0', '--json'], lake);
  const ended = once(child, 'exit');
  const lines = createInterface({
    input: child.stdout as NodeJS.ReadableStream,
  });
  const first = once(lines, 'line').then(([line]) => String(line));
  const said = await Promise.race([first, ended.then(() => undefined)]);
  if (said === undefined) throw new Error('the console has not begun');
  const { origin, address } = JSON.parse(said);
  return {
    origin,
    address,
    stop: async () => {
      child.kill('SIGINT');
      const [code] = await ended;
      await rm(folder, { recursive: true, force: true });
      return code as number | null;
    },
  };
};
