import type { Plan } from '../../core/plan.ts';
import type { LandedFile, PublishedFiles } from '../../engine/input.ts';
import type { Platform } from '../../platform/ports.ts';
import {
  type Manifest,
  readManifest,
  type UnlandedTable,
} from '../fetch/manifest.ts';
import type { LandedEvent, RunOptions } from './events.ts';
import { isFlushed } from './isFlushed.ts';
import { runKeyOf } from './keys.ts';
import { readPlan } from './readPlan.ts';
import { baseOf } from './withoutSamples.ts';

/** Where an engine can read an object of the lake. */
type PlaceOf = (key: string) => Promise<string>;

/** What either engine needs of a run, by the places of its files. */
export interface GatheredInput {
  /** The run's plan, its sources in the form in which they landed. */
  readonly plan: Plan;
  readonly sources: Readonly<Record<string, readonly LandedFile[]>>;
  /** Tables that did not land: the Spark job reads them itself. */
  readonly jdbc: Readonly<Record<string, UnlandedTable>>;
  /** The keys of what is to be flushed before a run is published. */
  readonly unflushed: readonly string[];
  readonly published: Readonly<Record<string, PublishedFiles>>;
  /** By merge table: the run whose published snapshot it merges with. */
  readonly bases: Readonly<Record<string, string>>;
}

/** A manifest's files, by their places; by default on this machine. */
export const landedFiles = async (
  platform: Platform,
  { files }: Manifest,
  placeOf: PlaceOf = platform.store.local,
): Promise<LandedFile[]> =>
  Promise.all(
    files.map(async ({ path, key, offset, bytes, records }) => ({
      path,
      local: await placeOf(key),
      bytes,
      records,
      ...(offset !== undefined && { offset }),
    })),
  );

/** The plan's sources, each decoded as its bytes landed. */
export const asLanded = (
  plan: Plan,
  manifests: Readonly<Record<string, Manifest>>,
): Plan => ({
  ...plan,
  sources: plan.sources.map((source) =>
    manifests[source.name]?.live ? { ...source, ...source.live } : source,
  ),
});

/** The snapshots that this run's tables merge into, and are compared with. */
const publishedFiles = async (
  platform: Platform,
  plan: Plan,
  period: string,
  options: RunOptions,
  placeOf: PlaceOf,
): Promise<Pick<GatheredInput, 'published' | 'bases'>> => {
  const state = baseOf(await platform.catalog.read(plan.pipeline), options);
  const published: Record<string, PublishedFiles> = {};
  const bases: Record<string, string> = {};
  for (const { name, mode } of plan.tables) {
    const table = state.tables[name];
    const snapshots = (table?.partitions ?? []).filter(
      (p) => mode !== 'partition' || p.period === period,
    );
    if (!table || snapshots.length === 0) continue;
    const locals = snapshots.flatMap(({ location, files }) =>
      files.map((file) => placeOf(`${location}${file}`)),
    );
    published[name] = {
      columns: table.columns,
      files: await Promise.all(locals),
      rows: snapshots.reduce((sum, { rows }) => sum + rows, 0),
      period:
        snapshots
          .map((one) => one.period)
          .sort()
          .at(-1) ?? period,
    };
    if (mode === 'merge') bases[name] = snapshots[0]?.run ?? '';
  }
  return { published, bases };
};

/** What this run landed, and what it took of others without an output. */
const unflushedKeys = async (
  platform: Platform,
  key: string,
  { pipeline, files }: Manifest,
): Promise<string[]> => {
  const byRun = new Map<string, Set<string>>();
  for (const landed of [key, ...files.map((file) => file.key)]) {
    const run = runKeyOf(landed)?.run ?? '';
    byRun.set(run, (byRun.get(run) ?? new Set()).add(landed));
  }
  const found: string[] = [];
  for (const [run, landed] of byRun)
    if (!(await isFlushed(platform, { pipeline, run }))) found.push(...landed);
  return found;
};

/** Gathers what landed, and what is published of the run's tables. */
export const gatherInput = async (
  platform: Platform,
  { pipeline, run, period, landed, options }: LandedEvent,
  placeOf: PlaceOf = platform.store.local,
): Promise<GatheredInput> => {
  const manifests: Record<string, Manifest> = {};
  const sources: Record<string, LandedFile[]> = {};
  const jdbc: Record<string, UnlandedTable> = {};
  const unflushed = new Set<string>();
  for (const { source, manifest: key } of landed) {
    const manifest = await readManifest(platform, key);
    manifests[source] = manifest;
    if (manifest.jdbc) jdbc[source] = manifest.jdbc;
    sources[source] = await landedFiles(platform, manifest, placeOf);
    for (const found of await unflushedKeys(platform, key, manifest))
      unflushed.add(found);
  }
  const plan = asLanded(await readPlan(platform, pipeline, run), manifests);
  const found = await publishedFiles(
    platform,
    plan,
    period.label,
    options,
    placeOf,
  );
  return { plan, sources, jdbc, unflushed: [...unflushed], ...found };
};
