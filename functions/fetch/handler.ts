import { join } from 'node:path';
import { TributaryError, within } from '../../core/errors.ts';
import {
  type FetchEvent,
  type FetchResult,
  inputKind,
} from '../shared/events.ts';
import { handler } from '../shared/handler.ts';
import { keys } from '../shared/keys.ts';
import { timeSince } from '../shared/ledger.ts';
import { readPlan } from '../shared/readPlan.ts';
import { recordingFolder } from '../shared/recordingFolder.ts';
import { baseOf } from '../shared/withoutSamples.ts';
import { landAgain } from './landAgain.ts';
import { landLive } from './landLive.ts';
import { landRecorded } from './landRecorded.ts';
import { type Manifest, readManifest } from './manifest.ts';
import { totalsOf } from './manifestText.ts';
import { writeManifest } from './parts.ts';

/** Lands one source: the bytes as received, then the manifest. */
export const fetch = handler<FetchEvent, FetchResult>(
  'fetch',
  ['pipeline', 'run', 'source'],
  (platform) => async (event) => {
    const { pipeline, run, date, period, options, part } = event;
    const startedAt = platform.clock.now();
    const plan = await readPlan(platform, pipeline, run);
    const source = plan.sources.find(({ name }) => name === event.source);
    if (!source)
      throw new TributaryError(`the plan has no source ${event.source}`, {
        pipeline,
      });
    const isLive = inputKind(options) === 'live';
    const folderOf = (name: string) => keys.landing(pipeline, name, date, run);
    const folder = folderOf(source.name);
    const manifestOf = (name: string) => `${folderOf(name)}manifest.json`;
    const landerOf = async () => {
      if (options.retry) return landAgain(options.retry.landed);
      return isLive
        ? landLive
        : landRecorded(await recordingFolder(platform, pipeline, options));
    };
    const { watermarks } = baseOf(
      await platform.catalog.read(pipeline),
      options,
    );
    const watermark = watermarks[source.name];
    try {
      const {
        files,
        from,
        live = isLive,
        text,
        ...noted
      } = await (await landerOf())({
        platform,
        plan,
        source,
        run,
        date,
        period,
        folder,
        scratch: join(
          platform.scratch,
          run,
          `fetch-${source.name}${part ? `-${part.index}` : ''}`,
        ),
        ...(part && { part }),
        ...(watermark !== undefined && { watermark }),
        landed: (name) => readManifest(platform, manifestOf(name)),
      });
      const totals = text ?? totalsOf(files);
      const manifest: Manifest = {
        pipeline,
        source: source.name,
        run,
        date,
        from,
        ...(live && { live }),
        landedAt: platform.clock.now().toISOString(),
        records: totals.records,
        bytes: totals.bytes,
        files,
        ...noted,
      };
      const key = manifestOf(source.name);
      await writeManifest(platform, folder, key, manifest, part, text);
      return {
        source: source.name,
        manifest: key,
        files: totals.files,
        bytes: totals.bytes,
        records: totals.records,
        ...(part && part.of > 1 && { part }),
        ...(noted.reused && { reused: noted.reused }),
        ...(noted.notices && { notices: noted.notices }),
        ...timeSince(platform, startedAt),
      };
    } catch (error) {
      throw within(error, { pipeline });
    }
  },
);
