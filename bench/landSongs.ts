import { compile } from '../core/compile.ts';
import { periodOf } from '../core/period.ts';
import { fetch } from '../functions/fetch/handler.ts';
import { keys } from '../functions/shared/keys.ts';
import songs from '../pipelines/songs/pipeline.ts';
import { localPlatform } from '../platform/local/localPlatform.ts';

/** What was landed, and how long that took. */
export interface SongsLanded {
  /** The key of the manifest. */
  readonly manifest: string;
  readonly seconds: number;
}

/**
 * Lands the song files of a folder as a live run does. Plan and lock are left
 * out; digests, counts, packs and their manifest are not.
 */
export const landSongs = async (
  drop: string,
  lake: string,
): Promise<SongsLanded> => {
  const [source] = songs.sources;
  const run = 'bench';
  const date = '2018-10-31';
  const platform = localPlatform({ lake, drop, pipelines: 'pipelines' });
  const { name: pipeline } = songs;
  const plan = compile(
    {
      ...songs,
      ...{ tables: [], checks: [], queries: [] },
      dashboard: [],
      filters: [],
    },
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
  return { manifest, seconds: (performance.now() - startedAt) / 1000 };
};
