import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { ROOT } from '../../support/tsc.ts';

const TRIBUTARY = join(ROOT, 'cli', 'tributary.js');

/** How a command ended, and the last that it said. */
export interface Ended {
  readonly code: number | null;
  readonly signal: string | null;
  readonly said: string;
}

export interface Started {
  readonly child: ChildProcess;
  readonly end: Promise<Ended>;
}

const KEPT = 20_000;

/** Starts `tributary` with some arguments, by this very Node. */
export const start = (...args: string[]): Started => {
  const child = spawn(process.execPath, [TRIBUTARY, ...args]);
  let said = '';
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (chunk: string) => {
      said = (said + chunk).slice(-KEPT);
    });
  const end = once(child, 'close').then(([code, signal]) => ({
    code: code as number | null,
    signal: signal as string | null,
    said,
  }));
  return { child, end };
};

/** Runs pipelines on an input to the end. */
export const run = (
  lake: string,
  replay: string,
  pipelines: readonly string[],
): Started => start('run', ...pipelines, '--lake', lake, '--replay', replay);
