import { execFile } from 'node:child_process';
import { dirname, join } from 'node:path';

export const ROOT = dirname(dirname(import.meta.dirname));
const COMMAND = join(ROOT, 'node_modules', 'typescript', 'bin', 'tsc');

/** An error of the compiler; its message with the lines that explain it. */
export interface TypeFault {
  /** Below the folder in which the compiler ran. */
  readonly file: string;
  readonly line: number;
  readonly code: string;
  readonly message: string;
}

/** Runs the compiler in the project's folder. @returns what it prints. */
export const tsc = (args: readonly string[]): Promise<string> =>
  new Promise((resolve) => {
    const all = [COMMAND, '--pretty', 'false', ...args];
    const options = { cwd: ROOT, maxBuffer: 64 << 20 };
    execFile(process.execPath, all, options, (error, stdout, stderr) =>
      resolve(error && !stdout ? `${error.message}${stderr}` : stdout),
    );
  });

/** The errors in what the compiler printed. */
export const typeFaults = (printed: string): TypeFault[] =>
  printed.split(/\n(?=\S)/).flatMap((part) => {
    const at = /^(.+?)\((\d+),\d+\): error (TS\d+): (.*)$/s.exec(part.trim());
    if (!at) return [];
    const [, file = '', line, code = '', message = ''] = at;
    return [{ file, line: Number(line), code, message }];
  });
