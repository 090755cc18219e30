import { resolve } from 'node:path';
import type { EngineName } from '../core/definePipeline.ts';
import type { RunOptions } from '../functions/shared/events.ts';
import { type Ledger, readLedger } from '../functions/shared/ledger.ts';
import type { Platform } from '../platform/ports.ts';
import { EXIT, exitCodeOf } from './context.ts';
import {
  type ExecutionResult,
  execute,
  type Progress,
} from './localMachine.ts';
import { runLine } from './output/runReport.ts';

/** Options of a command that runs pipelines. */
export interface InputOptions {
  readonly replay?: string;
  readonly live?: boolean;
  /** On a stage: the sample in place of live input. */
  readonly sample?: boolean;
  readonly engine?: EngineName | 'auto';
}

/** Where the input comes from, as the handlers take it. */
export const runOptions = ({
  replay,
  live,
  engine,
}: InputOptions): RunOptions => ({
  ...(replay !== undefined && { replay: resolve(replay) }),
  ...(live && { live: true }),
  ...(engine && engine !== 'auto' && { engine }),
});

/** One run and its end. Without a ledger it was refused before it began. */
export interface RunOutcome {
  readonly pipeline: string;
  readonly result: ExecutionResult;
  readonly ledger?: Ledger;
}

/** Runs one pipeline once. It does not throw: the outcome has the error. */
export const runOnce = async (
  platform: Platform,
  pipeline: string,
  date: string | null,
  options: RunOptions,
  onProgress?: (progress: Progress) => void,
): Promise<RunOutcome> => {
  const event = { pipeline, date, options };
  const result = await execute(platform, event, onProgress);
  const ledger = await readLedger(platform, pipeline, result.run);
  return { pipeline, result, ...(ledger && { ledger }) };
};

/** The line that says how it ended. */
export const outcomeLine = ({ pipeline, ledger }: RunOutcome): string =>
  ledger ? runLine(ledger) : `${pipeline}: not started`;

/** An outcome as JSON: its ledger, and why it failed. */
export const outcomeJson = ({ pipeline, result, ledger }: RunOutcome) => ({
  ...(ledger ?? { pipeline, run: null, outcome: 'not started' }),
  ...(result.error && { error: result.error }),
});

/** What a command ends with that made these runs. */
export const exitCodeOfRuns = (outcomes: readonly RunOutcome[]): number => {
  const failed = outcomes.flatMap(({ result }) => result.error ?? []);
  const codes = failed.map(({ name }) => exitCodeOf(name));
  return codes.length === 0 ? EXIT.ok : Math.min(...codes);
};
