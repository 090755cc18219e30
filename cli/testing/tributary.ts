import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ROOT } from '../context.ts';

const COMMAND = join(ROOT, 'cli', 'tributary.js');

/** A folder of one small pipeline, `amounts`, whose values are hard to print. */
export const PIPELINES = join(import.meta.dirname, 'pipelines');

/** How a command ended, and what it said. */
export interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs `tributary` as a person does: a process of its own. */
export const tributary = (
  args: readonly string[],
  cwd: string = ROOT,
): Promise<Ended> =>
  new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [COMMAND, ...args], { cwd });
    const out = { stdout: '', stderr: '' };
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      out.stdout += text;
    });
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      out.stderr += text;
    });
    child.on('error', reject);
    child.on('close', (code) => resolve({ code, ...out }));
  });

/** A folder for the tests of a file, gone when they are over. */
export const testFolder = (): (() => string) => {
  let folder = '';
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'tributary-cli-'));
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));
  return () => folder;
};
