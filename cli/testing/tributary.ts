import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ROOT } from '../context.ts';

const COMMAND = join(ROOT, 'cli', 'tributary.js');

/** A folder of one small pipeline, `amounts`, whose values are hard to print. */
export const PIPELINES = join(import.meta.dirname, 'pipelines');

/** A folder of one pipeline, `visits`: five days, each after the other. */
export const DAILY = join(import.meta.dirname, 'daily');

/** How a command ended, and what it said. */
export interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** A command that goes on. */
export interface Started {
  readonly ended: Promise<Ended>;
  /** Sends a signal as soon as it has said something. */
  killWhen(said: string, signal: NodeJS.Signals): void;
}

/** Starts `tributary` as a person does: a process of its own. */
export const startTributary = (
  args: readonly string[],
  cwd: string = ROOT,
): Started => {
  const child = spawn(process.execPath, [COMMAND, ...args], { cwd });
  const out = { stdout: '', stderr: '' };
  let onText = () => {};
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    out.stdout += text;
    onText();
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    out.stderr += text;
  });
  return {
    ended: new Promise((resolve, reject) => {
      child.on('error', reject);
      child.on('close', (code) => resolve({ code, ...out }));
    }),
    killWhen: (said, signal) => {
      onText = () => {
        if (!out.stdout.includes(said)) return;
        onText = () => {};
        child.kill(signal);
      };
      onText();
    },
  };
};

/** Runs `tributary` to its end. */
export const tributary = (
  args: readonly string[],
  cwd: string = ROOT,
): Promise<Ended> => startTributary(args, cwd).ended;

/** A folder for the tests of a file, gone when they are over. */
export const testFolder = (): (() => string) => {
  let folder = '';
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'tributary-cli-'));
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));
  return () => folder;
};
