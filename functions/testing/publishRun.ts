import { periodOf } from '../../core/period.ts';
import type { Plan } from '../../core/plan.ts';
import {
  endExecution,
  newExecution,
} from '../../platform/local/localExecutions.ts';
import type { Platform } from '../../platform/ports.ts';
import { publish } from '../publish/handler.ts';
import { refresh } from '../refresh/handler.ts';
import type { ExecutionInfo, LandedEvent } from '../shared/events.ts';
import { keys } from '../shared/keys.ts';
import { writeLedger } from '../shared/ledger.ts';
import { runId } from '../shared/runId.ts';
import type { RunOutput } from '../shared/runOutput.ts';

export interface FakeRun {
  readonly period: string;
  /** Default: all tables of the plan. */
  readonly tables?: readonly string[];
  readonly watermarks?: Readonly<Record<string, string>>;
  /** Default: what is published. */
  readonly bases?: Readonly<Record<string, string>>;
  /** Default: a second after the one before. */
  readonly startedAt?: string;
}

let started = 0;

/** Each starts a second after the one before, so that run ids sort. */
export const nextExecution = async (
  startedAt = new Date(Date.UTC(2024, 5, 1, 0, 0, started++)).toISOString(),
): Promise<ExecutionInfo> => ({ id: await newExecution(), startedAt });

const outputOf = async (
  platform: Platform,
  plan: Plan,
  run: string,
  fake: FakeRun,
): Promise<RunOutput> => {
  const { tables } = await platform.catalog.read(plan.pipeline);
  const made = plan.tables.filter(
    ({ name }) => fake.tables?.includes(name) ?? true,
  );
  const published = made.flatMap(({ name, mode }) => {
    const base = tables[name]?.partitions[0]?.run;
    return mode === 'merge' && base ? [[name, base]] : [];
  });
  return {
    tables: made.map(({ name, mode }) => ({
      table: name,
      rows: 1,
      bytes: 100,
      values: mode === 'partition' ? { day: fake.period } : {},
      location: keys.table(plan.pipeline, name, run),
      files: ['part-0.parquet'],
    })),
    bases: fake.bases ?? Object.fromEntries(published),
    watermarks: fake.watermarks ?? {},
  };
};

/** What a transform leaves behind for the publish, without an engine. */
export const transformedRun = async (
  platform: Platform,
  plan: Plan,
  fake: FakeRun,
): Promise<LandedEvent & { readonly transformed: { output: string } }> => {
  const { pipeline } = plan;
  const execution = await nextExecution(fake.startedAt);
  const run = runId(execution);
  const output = keys.output(pipeline, run);
  const made = await outputOf(platform, plan, run, fake);
  const engine = { name: 'duckdb', reason: 'a test' };
  const period = periodOf(plan.period, fake.period);
  await platform.store.write(keys.plan(pipeline, run), JSON.stringify(plan));
  await platform.store.write(output, JSON.stringify(made));
  await writeLedger(platform, {
    run,
    pipeline,
    date: fake.period,
    period: period.label,
    outcome: 'running',
    execution: execution.id,
    startedAt: execution.startedAt,
    replay: 'sample',
    engine,
    steps: [],
    sources: [],
    tables: made.tables.map(({ files, location: _, ...table }) => ({
      ...table,
      files: files.length,
    })),
    checks: [],
  });
  return {
    pipeline,
    run,
    date: fake.period,
    period,
    execution,
    options: {},
    engine,
    waves: [],
    landed: [],
    transformed: { output },
  };
};

/** A run from publish to its end. @returns its id. */
export const publishRun = async (
  platform: Platform,
  plan: Plan,
  fake: FakeRun,
): Promise<string> => {
  const event = await transformedRun(platform, plan, fake);
  await publish(platform)(event);
  await refresh(platform)(event);
  endExecution(event.execution.id);
  return event.run;
};
