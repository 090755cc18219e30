import { randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { copyFile, mkdir, open, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { UsageError } from '../../core/errors.ts';
import type { Plan } from '../../core/plan.ts';
import type { Platform } from '../../platform/ports.ts';
import {
  type Manifest,
  type ManifestFile,
  readManifest,
} from '../fetch/manifest.ts';
import { handler } from '../shared/handler.ts';
import { keys } from '../shared/keys.ts';
import { type Ledger, readLedger } from '../shared/ledger.ts';
import { readPlan } from '../shared/readPlan.ts';
import type {
  FailedRequest,
  ListedFile,
  RecordedSource,
} from '../shared/recording.ts';
import { refuseUnlanded } from '../shared/refuseUnlanded.ts';

export interface RecordEvent {
  readonly pipeline: string;
  /** The live run whose landed bytes are to be recorded. */
  readonly run: string;
  /** The folder of recordings: `<out>/<pipeline>` is written. */
  readonly out: string;
}

export interface Recorded {
  readonly folder: string;
  readonly files: number;
  readonly bytes: number;
}

/** @throws UsageError where something is there already. */
export const refuseExisting = (out: string, pipeline: string): void => {
  const folder = join(out, pipeline);
  if (existsSync(folder))
    throw new UsageError(
      `${folder} is there already: choose another folder with --out`,
    );
};

/** @throws UsageError where nothing would land that could be kept. */
export const refuseUnrecorded = (plan: Plan): void =>
  refuseUnlanded(
    plan,
    'the Spark job reads the live table itself, so that nothing lands to be ' +
      'recorded',
  );

/** Copies a landed file, or its part of a pack. */
const copyLanded = async (
  { store }: Platform,
  { key, offset, bytes }: ManifestFile,
  target: string,
): Promise<void> => {
  await mkdir(dirname(target), { recursive: true });
  const local = await store.local(key);
  if (offset === undefined) return copyFile(local, target);
  const pack = await open(local);
  try {
    const part = Buffer.alloc(bytes);
    await pack.read(part, 0, bytes, offset);
    await writeFile(target, part);
  } finally {
    await pack.close();
  }
};

/** Copies what landed of one source; equal files of two sources are one. */
const recordSource = async (
  platform: Platform,
  { source, files }: Manifest,
  folder: string,
  taken: Map<string, string>,
): Promise<ListedFile[]> => {
  const listed: ListedFile[] = [];
  for (const landed of files) {
    const { path, bytes, digest } = landed;
    const isTaken = taken.has(path) && taken.get(path) !== digest;
    const file = isTaken ? `${source}/${path}` : path;
    if (!taken.has(file))
      await copyLanded(platform, landed, join(folder, file));
    taken.set(file, digest);
    listed.push({ path, file, bytes, digest });
  }
  return listed;
};

/** What did not come, and what the run told of it. */
const missingOf = ({
  requests = [],
  notices,
}: Manifest): Pick<RecordedSource, 'failed' | 'notices'> => {
  const failed = requests.flatMap(({ url, error }): FailedRequest[] =>
    error === undefined ? [] : [{ url, error }],
  );
  return {
    ...(failed.length > 0 && { failed }),
    ...(notices && { notices }),
  };
};

const manifestsOf = async (
  platform: Platform,
  { pipeline, run, date }: Ledger,
): Promise<Manifest[]> => {
  const plan = await readPlan(platform, pipeline, run);
  return Promise.all(
    plan.sources.map(({ name }) => {
      const folder = keys.landing(pipeline, name, date, run);
      return readManifest(platform, `${folder}manifest.json`);
    }),
  );
};

/**
 * Makes a recording of what a live run received, for `--replay`. It appears
 * whole or not at all, and holds no secret of ours: only addresses, errors, and
 * bytes as the server gave them.
 * @throws UsageError where the run was not live, or something is there already.
 */
export const record = handler<RecordEvent, Recorded>(
  'record',
  ['pipeline', 'run', 'out'],
  (platform) =>
    async ({ pipeline, run, out }) => {
      refuseExisting(out, pipeline);
      const ledger = await readLedger(platform, pipeline, run);
      if (ledger?.replay !== 'live')
        throw new UsageError(`there is no live run ${run}`, { pipeline });
      const plan = await readPlan(platform, pipeline, run);
      refuseUnrecorded(plan);
      const { sources: declared } = plan;
      const folder = join(out, pipeline);
      const beside = `${folder}.${randomUUID()}.tmp`;
      const taken = new Map<string, string>();
      const sources: Record<string, RecordedSource> = {};
      const manifests = await manifestsOf(platform, ledger);
      try {
        await mkdir(beside, { recursive: true });
        for (const manifest of manifests) {
          const { source, live } = manifest;
          const isOwnForm = declared.some((s) => s.name === source && s.live);
          sources[source] = {
            files: await recordSource(platform, manifest, beside, taken),
            ...(live && isOwnForm && { live }),
            ...missingOf(manifest),
          };
        }
        const { date } = ledger;
        await writeFile(
          join(beside, 'recording.json'),
          `${JSON.stringify({ date, run, sources }, null, 1)}\n`,
        );
        await rename(beside, folder);
      } finally {
        await rm(beside, { recursive: true, force: true });
      }
      const files = Object.values(sources).flatMap((source) => source.files);
      const bytes = files.reduce((sum, file) => sum + file.bytes, 0);
      return { folder, files: files.length, bytes };
    },
);
