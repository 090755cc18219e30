import { spawn } from 'node:child_process';
import { rmSync } from 'node:fs';
import { mkdtemp, readdir, readFile, truncate } from 'node:fs/promises';
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

/** Another program than Node, and the file that gets what it says. */
export interface Command {
  readonly command: readonly string[];
  readonly to: string;
}

export type Measured = readonly string[] | Command;

export const ROOT = fileURLToPath(new URL('..', import.meta.url));
const PRELOAD = new URL('usage.js', import.meta.url).href;

/** Folders that are done with, and go when this process ends. */
const left: string[] = [];
process.once('exit', () => {
  for (const folder of left) rmSync(folder, { recursive: true, force: true });
});

/** Gives the disk back, and keeps the names. */
const empty = async (folder: string): Promise<void> => {
  const found = await readdir(folder, { recursive: true, withFileTypes: true });
  for (const entry of found)
    if (entry.isFile()) await truncate(join(entry.parentPath, entry.name));
};

/**
 * A temporary folder. Its files are emptied when the work on it has ended, and
 * removed when nothing is measured any more: for minutes after many files were
 * removed, ext4 looks at each of them again whenever it makes a new one
 * (`recently_deleted`), which made a run of the samples take half as long again.
 */
export const withFolder = async <T>(
  act: (folder: string) => Promise<T>,
): Promise<T> => {
  const folder = await mkdtemp(join(tmpdir(), 'bench-'));
  try {
    return await act(folder);
  } finally {
    await empty(folder);
    left.push(folder);
  }
};

const end = (
  program: string,
  args: readonly string[],
  env: NodeJS.ProcessEnv,
) =>
  new Promise<void>((done, fail) => {
    const child = spawn(program, args, {
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
        fail(
          new Error(`${program} ${args.join(' ')} ended with ${code}\n${said}`),
        );
    });
  });

const timed = async (run: () => Promise<void>): Promise<number> => {
  const startedAt = performance.now();
  await run();
  return (performance.now() - startedAt) / 1000;
};

/** The shell tells the processor time; how much memory, it cannot. */
const TIMED =
  'TIMEFORMAT="%U %S"; { time "$@" >"$BENCH_OUT" 2>&3; } 3>&2 2>"$BENCH_USAGE"';

const measureCommand = ({ command, to }: Command, file: string) => {
  const env = { BENCH_USAGE: file, BENCH_OUT: to };
  return timed(() => end('bash', ['-c', TIMED, 'bash', ...command], env)).then(
    async (seconds): Promise<Usage> => {
      const times = (await readFile(file, 'utf8')).trim().split(' ');
      const cpuSeconds = times.reduce((sum, time) => sum + Number(time), 0);
      return { seconds, cpuSeconds, peakBytes: Number.NaN };
    },
  );
};

const measureNode = async (
  args: readonly string[],
  file: string,
): Promise<Usage> => {
  const seconds = await timed(() =>
    end(process.execPath, ['--import', PRELOAD, ...args], {
      BENCH_USAGE: file,
    }),
  );
  return { ...(JSON.parse(await readFile(file, 'utf8')) as Usage), seconds };
};

/**
 * Runs a program, with this Node where only its arguments are given, and
 * measures it. The peak memory of another one is not a number.
 * @throws Error with what the program said where it fails.
 */
export const measure = (program: Measured): Promise<Usage> =>
  withFolder((folder) => {
    const file = join(folder, 'usage');
    return 'command' in program
      ? measureCommand(program, file)
      : measureNode(program, file);
  });
