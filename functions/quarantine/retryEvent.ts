import type { CatalogState } from '../../core/catalog.ts';
import { LockedError, UsageError } from '../../core/errors.ts';
import type { Plan } from '../../core/plan.ts';
import type { Platform } from '../../platform/ports.ts';
import type { RunOptions, StartEvent } from '../shared/events.ts';
import { keys } from '../shared/keys.ts';
import type { Ledger } from '../shared/ledger.ts';
import { outcomeNow } from '../shared/outcomeNow.ts';
import { readJournals, standing } from '../shared/publishedRuns.ts';
import { readLedgers } from '../shared/readLedgers.ts';
import { baseOf } from '../shared/withoutSamples.ts';
import { listRejects } from './readRejects.ts';

/** What happened to a pipeline, as far as a retry has to know it. */
interface Past {
  readonly plan: Plan;
  readonly of: Ledger;
  readonly options: RunOptions;
  /** What is published of such input. */
  readonly base: CatalogState;
  /** The runs whose publish stands, the last one first. */
  readonly published: readonly Ledger[];
  /** All runs in the order in which they were published. */
  readonly order: ReadonlyMap<string, number>;
}

const inputOf = ({ replay }: Ledger): RunOptions => {
  if (replay === 'sample') return {};
  return replay === 'live' ? { live: true } : { replay };
};

/** The given run, or the last one that rejected something. */
const chooseRun = async (
  platform: Platform,
  pipeline: string,
  run: string | undefined,
  ledgers: readonly Ledger[],
): Promise<Ledger> => {
  const [last] = await listRejects(platform, { pipeline });
  const wanted = run ?? last?.run;
  if (wanted === undefined)
    throw new UsageError('nothing is in quarantine', { pipeline });
  const ledger = ledgers.find((one) => one.run === wanted);
  if (!ledger) throw new UsageError(`there is no run ${wanted}`, { pipeline });
  const found = await listRejects(platform, { pipeline, run: wanted });
  if (found.length === 0)
    throw new UsageError(
      `run ${wanted} has nothing in quarantine: nothing was rejected, or a ` +
        'clean has removed it',
      { pipeline },
    );
  if ((await outcomeNow(platform, ledger)) === 'running')
    throw new LockedError(`run ${wanted} has not ended`, { pipeline });
  return ledger;
};

const periodsOf = ({ tables }: CatalogState): string[] =>
  Object.values(tables)
    .flatMap(({ partitions }) => partitions.map((p) => p.period))
    .sort();

/** Input that came after it would be lost under the rows of an older run. */
const refuseSuperseded = ({ plan, of, published, order }: Past): void => {
  const own = order.get(of.run) ?? -1;
  const later = published.find(
    ({ run, period }) =>
      period === of.period &&
      run !== of.run &&
      (own < 0 ? run > of.run : (order.get(run) ?? 0) > own),
  );
  if (later)
    throw new UsageError(
      `run ${later.run} has published ${of.period} since, and what it ` +
        `rejected is in its own quarantine: retry that one (--run ${later.run})`,
      { pipeline: plan.pipeline },
    );
};

/** Rows of a shipped sample never mix with other input. */
const refuseSample = ({ plan, of }: Past, state: CatalogState): void => {
  const isOther = Object.values(state.tables).some(({ partitions }) =>
    partitions.some(({ sample }) => !sample),
  );
  if (of.replay === 'sample' && isOther)
    throw new UsageError(
      `run ${of.run} was on the shipped sample, and what is published is not`,
      { pipeline: plan.pipeline },
    );
};

/** Where a run's bytes of a source landed. */
const landingOf = (ledger: Ledger, source: string) =>
  keys.landing(ledger.pipeline, source, ledger.date, ledger.run);

/**
 * Changes of an older run, merged into what is published now: as a run of the
 * last period, with the other sources as the last run had them.
 */
const mergeLate = (
  { plan, of, options, published }: Past,
  newest: string,
): StartEvent => {
  const { pipeline, sources, tables } = plan;
  const place = { pipeline };
  const last = published.find(({ period }) => period === newest);
  const undated = tables.find(
    ({ mode, newest: by }) => mode === 'merge' && by === undefined,
  );
  if (!last || undated || sources.some(({ scope }) => scope === 'period'))
    throw new UsageError(
      `${newest} is published already, and rows of ${of.period} would replace ` +
        `newer ones${undated ? `: table ${undated.name} merges without "newest"` : ''}`,
      place,
    );
  const landed = sources.map(({ name, scope }) => [
    name,
    landingOf(scope === 'changes' ? of : last, name),
  ]);
  return {
    pipeline,
    date: last.date,
    options: {
      ...options,
      retry: { of: of.run, landed: Object.fromEntries(landed) },
    },
  };
};

/** The run's period once more, on what landed then. */
const runAgain = (
  { plan, of, options }: Past,
  newest: string | undefined,
): StartEvent => {
  const { pipeline, sources, tables } = plan;
  const isOlder = newest !== undefined && newest > of.period;
  if (isOlder && tables.every(({ mode }) => mode === 'replace'))
    throw new UsageError(
      `${newest} is published, and a table that is replaced as a whole does ` +
        `not go back to ${of.period}: retry the run that published it`,
      { pipeline },
    );
  const landed = sources.map(({ name }) => [name, landingOf(of, name)]);
  return {
    pipeline,
    date: of.date,
    options: {
      ...options,
      retry: { of: of.run, landed: Object.fromEntries(landed) },
    },
  };
};

/**
 * The run that takes rejected records up again, by today's definition: all that
 * landed with them is decoded anew, so that nothing is lost or doubled. A
 * partition or a table is replaced as a whole; merged rows are met by key.
 * @param run default: the last one that rejected something.
 * @throws UsageError where its rows would take the place of newer ones.
 */
export const retryEvent = async (
  platform: Platform,
  pipeline: string,
  run?: string,
): Promise<StartEvent & { readonly of: Ledger }> => {
  const plan = await platform.definitions.plan(pipeline);
  const ledgers = await readLedgers(platform, pipeline);
  const of = await chooseRun(platform, pipeline, run, ledgers);
  const journals = await readJournals(platform, pipeline);
  const state = await platform.catalog.read(pipeline);
  const options = inputOf(of);
  const past: Past = {
    plan,
    of,
    options,
    base: baseOf(state, options),
    published: standing(journals).flatMap(
      (journal) => ledgers.find((one) => one.run === journal.run) ?? [],
    ),
    order: new Map(
      journals
        .filter(({ kind, state: is }) => kind === 'publish' && is === 'done')
        .map((journal) => [journal.run, journal.version]),
    ),
  };
  refuseSuperseded(past);
  refuseSample(past, state);
  const newest = periodsOf(past.base).at(-1);
  const isLate =
    plan.sources.some(({ scope }) => scope === 'changes') &&
    newest !== undefined &&
    newest > of.period;
  const event = isLate ? mergeLate(past, newest) : runAgain(past, newest);
  return { ...event, of };
};
