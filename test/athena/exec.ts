import { spawn } from 'node:child_process';

/** What a finished command printed. */
export type Output = { stdout: string; stderr: string };

/**
 * Runs a command without a shell and gives what it printed.
 *
 * Throws an Error with the tail of its output when it exits other than 0, or
 * with `code: 'ENOENT'` when the program is not installed.
 */
export function exec(
  command: string,
  args: readonly string[],
  env: NodeJS.ProcessEnv = process.env,
): Promise<Output> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, {
      env,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let stdout = '';
    let stderr = '';
    child.stdout.on('data', (chunk: Buffer) => {
      stdout += chunk.toString();
    });
    child.stderr.on('data', (chunk: Buffer) => {
      stderr += chunk.toString();
    });
    child.on('error', reject);
    child.on('close', (code, signal) => {
      if (code === 0) return resolve({ stdout, stderr });
      const said = `${stdout}\n${stderr}`.trim().slice(-2000);
      const end = signal ?? `exit ${code}`;
      reject(new Error(`${command} ${args[0] ?? ''}: ${end}\n${said}`));
    });
  });
}

/**
 * Installs Debian packages when this process is root.
 *
 * Throws an Error naming the packages when it is not root or apt-get fails.
 */
export async function aptInstall(...packages: string[]): Promise<void> {
  if (process.getuid?.() !== 0) {
    throw new Error(`Please install: ${packages.join(' ')}`);
  }
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  await exec('apt-get', ['update', '-q'], env);
  await exec(
    'apt-get',
    ['install', '-y', '-q', '--no-install-recommends', ...packages],
    env,
  );
}

/** True when `error` says that a program is not installed. */
export function isMissing(error: unknown): boolean {
  return (error as NodeJS.ErrnoException | undefined)?.code === 'ENOENT';
}
