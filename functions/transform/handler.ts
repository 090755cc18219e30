import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { CheckError } from '../../core/errors.ts';
import type { Plan } from '../../core/plan.ts';
import type {
  EngineInput,
  LandedFile,
  PublishedFiles,
} from '../../engine/input.ts';
import type { CheckResult, EngineOutput } from '../../engine/output.ts';
import { runEngine } from '../../engine/runEngine.ts';
import type { Platform } from '../../platform/ports.ts';
import { type Manifest, readManifest } from '../fetch/manifest.ts';
import type { LandedEvent, RunOptions } from '../shared/events.ts';
import { handler } from '../shared/handler.ts';
import { keys } from '../shared/keys.ts';
import { stepSince, updateLedger } from '../shared/ledger.ts';
import { readPlan } from '../shared/readPlan.ts';
import type { RunOutput } from '../shared/runOutput.ts';
import { withFetches } from '../shared/steps.ts';
import { baseOf } from '../shared/withoutSamples.ts';

const landedFiles = async (
  platform: Platform,
  { files }: Manifest,
): Promise<LandedFile[]> =>
  Promise.all(
    files.map(async ({ path, key, offset, bytes, records }) => ({
      path,
      local: await platform.store.local(key),
      bytes,
      records,
      ...(offset !== undefined && { offset }),
    })),
  );

/** The plan's sources, each decoded as its bytes landed. */
const asLanded = (
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
): Promise<{
  readonly files: Record<string, PublishedFiles>;
  readonly bases: Record<string, string>;
}> => {
  const state = baseOf(await platform.catalog.read(plan.pipeline), options);
  const files: Record<string, PublishedFiles> = {};
  const bases: Record<string, string> = {};
  for (const { name, mode } of plan.tables) {
    const table = state.tables[name];
    const snapshots = (table?.partitions ?? []).filter(
      (p) => mode !== 'partition' || p.period === period,
    );
    if (!table || snapshots.length === 0) continue;
    const locals = snapshots.flatMap(({ location, files: names }) =>
      names.map((file) => platform.store.local(`${location}${file}`)),
    );
    files[name] = {
      columns: table.columns,
      files: await Promise.all(locals),
      rows: snapshots.reduce((sum, { rows }) => sum + rows, 0),
    };
    if (mode === 'merge') bases[name] = snapshots[0]?.run ?? '';
  }
  return { files, bases };
};

const refuseFailed = (pipeline: string, checks: readonly CheckResult[]) => {
  const failed = checks.filter(
    ({ passed, severity }) => !passed && severity === 'fail',
  );
  if (failed.length === 0) return;
  const lines = failed.map(
    ({ check, relation, badRows, detail }) =>
      `${relation}: check "${check}" found ${badRows} bad ` +
      `${badRows === 1 ? 'row' : 'rows'}${detail ? ` (${detail})` : ''}`,
  );
  throw new CheckError(`nothing was published: ${lines.join('; ')}`, {
    pipeline,
    ...(failed[0] && { table: failed[0].relation }),
  });
};

/** Rejects go to quarantine, whatever becomes of the run. */
const uploadRejects = async (
  platform: Platform,
  { pipeline, run, date, landed }: LandedEvent,
  workDir: string,
): Promise<void> => {
  const written = await readdir(workDir).catch((): string[] => []);
  for (const { source } of landed) {
    const file = `${source}.rejects.ndjson`;
    if (written.includes(file))
      await platform.store.upload(
        join(workDir, file),
        keys.quarantine(pipeline, source, date, run),
      );
  }
};

/** Moves what the engine wrote from the scratch folder into the lake. */
const upload = async (
  platform: Platform,
  event: LandedEvent,
  output: EngineOutput,
  workDir: string,
): Promise<RunOutput['tables']> => {
  const { pipeline, run } = event;
  return Promise.all(
    output.tables.map(async ({ files, ...table }) => {
      const base = `tables/${table.table}/`;
      const root = keys.table(pipeline, table.table, run);
      const folders = Object.entries(table.values).map(
        ([c, v]) => `${c}=${v}/`,
      );
      const location = `${root}${folders.join('')}`;
      const names = files.map((file) => file.slice(file.lastIndexOf('/') + 1));
      for (const file of files)
        await platform.store.upload(
          join(workDir, file),
          `${root}${file.slice(base.length)}`,
        );
      return { ...table, location, files: names };
    }),
  );
};

/**
 * Runs the embedded engine on what landed and checks the tables. They are in
 * the lake afterwards, and nobody sees them yet.
 * @throws CheckError where a check of severity `fail` found bad rows.
 */
export const transform = handler<LandedEvent, { readonly output: string }>(
  'transform',
  ['pipeline', 'run', 'landed'],
  (platform) => async (event) => {
    const { pipeline, run, date, period, landed } = event;
    const startedAt = platform.clock.now();
    const manifests: Record<string, Manifest> = {};
    const sources: Record<string, LandedFile[]> = {};
    for (const { source, manifest: key } of landed) {
      const manifest = await readManifest(platform, key);
      manifests[source] = manifest;
      sources[source] = await landedFiles(platform, manifest);
    }
    const plan = asLanded(await readPlan(platform, pipeline, run), manifests);
    const published = await publishedFiles(
      platform,
      plan,
      period.label,
      event.options,
    );
    const workDir = join(platform.scratch, run, 'engine');
    const input: EngineInput = {
      plan,
      run,
      date,
      period,
      sources,
      published: published.files,
      workDir,
      limits: {
        memory: platform.memory,
        spillDir: join(platform.scratch, 'spill'),
      },
    };
    await updateLedger(platform, event, ({ steps }) => ({
      steps: withFetches(steps, landed),
    }));
    try {
      const output = await runEngine(input).finally(() =>
        uploadRejects(platform, event, workDir),
      );
      await updateLedger(platform, event, () => ({
        sources: output.sources,
        checks: output.checks,
        tables: output.tables.map(({ files, ...table }) => ({
          ...table,
          files: files.length,
        })),
      }));
      refuseFailed(pipeline, output.checks);
      const result: RunOutput = {
        tables: await upload(platform, event, output, workDir),
        bases: published.bases,
        watermarks: Object.fromEntries(
          output.sources.flatMap(({ source, watermark }) =>
            watermark === undefined ? [] : [[source, watermark]],
          ),
        ),
      };
      const key = keys.output(pipeline, run);
      await platform.store.write(key, JSON.stringify(result));
      await updateLedger(platform, event, ({ steps }) => ({
        steps: [...steps, stepSince(platform, 'transform', startedAt)],
      }));
      return { output: key };
    } finally {
      await rm(join(platform.scratch, run), { recursive: true, force: true });
    }
  },
);
