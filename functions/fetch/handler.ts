import { join } from 'node:path';
import { TributaryError, within } from '../../core/errors.ts';
import type { FetchEvent, FetchResult } from '../shared/events.ts';
import { handler } from '../shared/handler.ts';
import { keys } from '../shared/keys.ts';
import { readPlan } from '../shared/readPlan.ts';
import { recordingFolder } from '../shared/recordingFolder.ts';
import { findRecorded } from './findRecorded.ts';
import { land } from './land.ts';
import type { Manifest } from './manifest.ts';

/** Lands one source: the bytes as received, then the manifest. */
export const fetch = handler<FetchEvent, FetchResult>(
  'fetch',
  ['pipeline', 'run', 'source'],
  (platform) => async (event) => {
    const { pipeline, run, date, period, options } = event;
    const plan = await readPlan(platform, pipeline, run);
    const source = plan.sources.find(({ name }) => name === event.source);
    if (!source)
      throw new TributaryError(`the plan has no source ${event.source}`, {
        pipeline,
      });
    const from = recordingFolder(platform, pipeline, options);
    const folder = keys.landing(pipeline, source.name, date, run);
    const scratch = join(platform.scratch, run, `fetch-${source.name}`);
    try {
      const found = findRecorded(source, from, period);
      const files = await land(platform, source, folder, found, scratch);
      const total = (of: 'records' | 'bytes') =>
        files.reduce((sum, file) => sum + file[of], 0);
      const manifest: Manifest = {
        pipeline,
        source: source.name,
        run,
        date,
        from,
        landedAt: platform.clock.now().toISOString(),
        records: total('records'),
        bytes: total('bytes'),
        files,
      };
      const key = `${folder}manifest.json`;
      await platform.store.write(key, JSON.stringify(manifest, null, 1));
      return {
        source: source.name,
        manifest: key,
        files: files.length,
        bytes: manifest.bytes,
        records: manifest.records,
      };
    } catch (error) {
      throw within(error, { pipeline });
    }
  },
);
