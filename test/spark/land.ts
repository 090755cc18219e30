/**
 * Lands pipelines' input as a run does, for the tests of the Spark job:
 * `land.ts OUT PIPELINE… [--replay DIR]` writes `OUT/<pipeline>/plan.json` and
 * `request.json`; the bytes lie in a lake beside them.
 */
import { mkdir, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import type { LandedFile } from '../../engine/input.ts';
import { fetch } from '../../functions/fetch/handler.ts';
import { readManifest } from '../../functions/fetch/manifest.ts';
import { plan } from '../../functions/plan/handler.ts';
import type { RunOptions } from '../../functions/shared/events.ts';
import { readPlan } from '../../functions/shared/readPlan.ts';
import { nextExecution } from '../../functions/testing/publishRun.ts';
import { localPlatform } from '../../platform/local/localPlatform.ts';
import type { Platform } from '../../platform/ports.ts';

const PIPELINES = join(import.meta.dirname, '..', '..', 'pipelines');

const landSource = async (
  platform: Platform,
  event: Parameters<ReturnType<typeof fetch>>[0],
): Promise<LandedFile[]> => {
  const { manifest } = await fetch(platform)(event);
  const { files } = await readManifest(platform, manifest);
  return Promise.all(
    files.map(async ({ path, key, bytes, records, offset }) => ({
      path,
      local: await platform.store.local(key),
      bytes,
      records,
      ...(offset !== undefined && { offset }),
    })),
  );
};

const land = async (
  out: string,
  pipeline: string,
  options: RunOptions,
): Promise<void> => {
  const folder = join(out, pipeline);
  const lake = join(folder, 'lake');
  const platform = localPlatform({ lake, pipelines: PIPELINES });
  const execution = await nextExecution();
  const event = { pipeline, date: null, options, execution };
  const started = await plan(platform)(event);
  const { run, date, period } = started;
  const sources: Record<string, LandedFile[]> = {};
  for (const { source } of started.waves.flat())
    sources[source] = await landSource(platform, { ...started, source });
  const compiled = await readPlan(platform, pipeline, run);
  const request = { run, date, period, sources, published: {} };
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, 'plan.json'), JSON.stringify(compiled));
  await writeFile(join(folder, 'request.json'), JSON.stringify(request));
};

const { values, positionals } = parseArgs({
  options: { replay: { type: 'string' } },
  allowPositionals: true,
});
const [out = '', ...pipelines] = positionals;
const options = values.replay ? { replay: resolve(values.replay) } : {};
for (const pipeline of pipelines) await land(resolve(out), pipeline, options);
