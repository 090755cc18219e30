/**
 * Lands the song files of a folder as a live run does: `landSongs.ts DROP LAKE`.
 * Plan and lock are left out; digests, counts, packs and their manifest are not.
 */
import module from 'node:module';
import { join } from 'node:path';
import { compile } from '../core/compile.ts';
import { periodOf } from '../core/period.ts';
import { fetch } from '../functions/fetch/handler.ts';
import { keys } from '../functions/shared/keys.ts';
import songs from '../pipelines/songs/pipeline.ts';
import { localPlatform } from '../platform/local/localPlatform.ts';

// As the command does: its second thread starts with what was compiled before.
module.enableCompileCache(join(import.meta.dirname, '..', '.cache', 'compile'));
const [drop = '', lake = ''] = process.argv.slice(2);
const [source] = songs.sources;
const run = 'bench';
const date = '2018-10-31';
const platform = localPlatform({ lake, drop, pipelines: 'pipelines' });
const { name: pipeline } = songs;
const plan = compile(
  { ...songs, tables: [], checks: [], queries: [], dashboard: [], filters: [] },
  {},
);
await platform.store.write(keys.plan(pipeline, run), JSON.stringify(plan));
const startedAt = performance.now();
const { manifest } = await fetch(platform)({
  pipeline,
  run,
  date,
  period: periodOf('month', date),
  source: source?.name ?? '',
  execution: { id: run, startedAt: new Date().toISOString() },
  options: { live: true },
});
const seconds = (performance.now() - startedAt) / 1000;
console.log(JSON.stringify({ manifest, seconds }));
