import { spawn } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** What one whole process used, from its start to its end. */
export interface Usage {
  readonly seconds: number;
  /** User and system time of all its threads. */
  readonly cpuSeconds: number;
  readonly peakBytes: number;
}

export const ROOT = fileURLToPath(new URL('..', import.meta.url));
const PRELOAD = new URL('usage.js', import.meta.url).href;

/** A temporary folder that is gone when the work on it has ended. */
export const withFolder = async <T>(
  act: (folder: string) => Promise<T>,
): Promise<T> => {
  const folder = await mkdtemp(join(tmpdir(), 'bench-'));
  try {
    return await act(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
};

const end = (args: readonly string[], env: NodeJS.ProcessEnv) =>
  new Promise<void>((done, fail) => {
    const child = spawn(process.execPath, args, {
      cwd: ROOT,
      env: { ...process.env, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let said = '';
    for (const stream of [child.stdout, child.stderr])
      stream.setEncoding('utf8').on('data', (text: string) => {
        said += text;
      });
    child.on('error', fail);
    child.on('close', (code) => {
      if (code === 0) done();
      else
        fail(new Error(`node ${args.join(' ')} ended with ${code}\n${said}`));
    });
  });

/**
 * Runs a program with this Node and measures it.
 * @throws Error with what the program said where it fails.
 */
export const measure = (args: readonly string[]): Promise<Usage> =>
  withFolder(async (folder) => {
    const file = join(folder, 'usage.json');
    const startedAt = performance.now();
    await end(['--import', PRELOAD, ...args], { BENCH_USAGE: file });
    const seconds = (performance.now() - startedAt) / 1000;
    const used = JSON.parse(await readFile(file, 'utf8')) as Usage;
    return { ...used, seconds };
  });
