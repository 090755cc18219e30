import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { DefinitionError, TributaryError } from '../../core/errors.ts';
import type { Plan } from '../../core/plan.ts';
import { planChanges } from '../../core/planChanges.ts';
import { validateTables } from '../../engine/validate/validatePlan.ts';
import { overlayPlatform } from '../../platform/overlay/overlayPlatform.ts';
import type { Platform } from '../../platform/ports.ts';
import { fetch } from '../fetch/handler.ts';
import { plan as planStep } from '../plan/handler.ts';
import { movesOf } from '../publish/moves.ts';
import { inputKind, type PlanEvent, type RunEvent } from '../shared/events.ts';
import { handler } from '../shared/handler.ts';
import { applySide } from '../shared/journal.ts';
import { readLedger } from '../shared/ledger.ts';
import { requireJson } from '../shared/readJson.ts';
import { refuseUnlanded } from '../shared/refuseUnlanded.ts';
import { runId } from '../shared/runId.ts';
import type { RunOutput } from '../shared/runOutput.ts';
import { transform } from '../transform/handler.ts';
import { findBreaks } from './findBreaks.ts';
import type { Preview } from './preview.ts';
import { previewTables } from './previewTables.ts';
import { publishedPlan } from './publishedPlan.ts';

export interface PreviewEvent extends PlanEvent {
  /** False to compare definitions alone: nothing is fetched then. */
  readonly data: boolean;
}

type DataPreview = Pick<Preview, 'tables' | 'sources' | 'checks' | 'fails'>;

/** What only a run can find out: the input, the SQL or a check is at fault. */
const WOULD_FAIL = ['SourceError', 'TableError', 'CheckError'];

const failure = (error: unknown): DataPreview['fails'] => {
  if (!(error instanceof TributaryError) || !WOULD_FAIL.includes(error.name))
    throw error;
  return { name: error.name, message: error.message };
};

const compareOutput = async (
  world: Platform,
  started: RunEvent,
  plan: Plan,
  published: Plan | undefined,
  key: string,
): Promise<DataPreview['tables']> => {
  const { run, period, options } = started;
  const before = await world.catalog.read(plan.pipeline);
  const output = await requireJson<RunOutput>(world, key);
  const moves = movesOf(plan, before, output, {
    run,
    period: period.label,
    sample: inputKind(options) === 'sample',
  });
  const after = applySide(before, moves.after, run);
  return previewTables(world, plan, published, { before, after }, moves.kept);
};

/** Really fetches and transforms, in a world that nobody else sees. */
const previewData = async (
  world: Platform,
  started: RunEvent,
  plan: Plan,
  published: Plan | undefined,
): Promise<DataPreview> => {
  const { pipeline, run, waves, engine: _, ...common } = started;
  const rest = async () => {
    const ledger = await readLedger(world, pipeline, run);
    return {
      sources: ledger?.sources ?? [],
      checks: (ledger?.checks ?? []).filter(({ passed }) => !passed),
    };
  };
  try {
    const landed = [];
    for (const item of waves.flat())
      landed.push(await fetch(world)({ ...common, pipeline, run, ...item }));
    const { output } = await transform(world)({ ...started, landed });
    const tables = await compareOutput(world, started, plan, published, output);
    return { tables, ...(await rest()) };
  } catch (error) {
    const fails = failure(error);
    return { tables: [], ...(await rest()), ...(fails && { fails }) };
  }
};

/**
 * Finds out what a run would change against what is published. Everything is
 * written to a scratch folder that is gone afterwards; no lock is taken.
 * @throws DefinitionError where the definition is not sound, and whatever else
 *   keeps a run from its start.
 */
export const preview = handler<PreviewEvent, Preview>(
  'preview',
  ['pipeline', 'execution'],
  (platform) => async (event) => {
    const { pipeline, execution, data } = event;
    const folder = join(platform.scratch, `preview-${runId(execution)}`);
    await mkdir(folder, { recursive: true });
    try {
      const world = overlayPlatform(platform, folder);
      const plan = await world.definitions.plan(pipeline);
      const faults = await validateTables(plan);
      if (faults.length > 0) throw new DefinitionError(pipeline, faults);
      if (data && inputKind(event.options) === 'live')
        refuseUnlanded(
          plan,
          'the Spark job alone reads this table: compare definitions alone ' +
            '(--no-data), or by a recording (--replay DIR)',
        );
      const published = await publishedPlan(world, pipeline);
      const started = await planStep(world)(event);
      const definition = published.plan
        ? planChanges(published.plan, plan)
        : [];
      const breaks = await findBreaks(world, plan);
      const found: DataPreview = data
        ? await previewData(world, started, plan, published.plan)
        : { tables: [], sources: [], checks: [] };
      const isMoved = found.tables.some(
        ({ change }) => change === 'new' || change === 'changed',
      );
      return {
        pipeline,
        period: started.period.label,
        changes:
          published.run === undefined ||
          isMoved ||
          definition.length + breaks.length > 0,
        ...(published.run !== undefined && { published: published.run }),
        isDefinitionKnown: published.plan !== undefined,
        definition,
        breaks,
        ...found,
      };
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  },
);
