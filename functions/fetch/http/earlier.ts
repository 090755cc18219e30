import { readPlan } from '../../shared/readPlan.ts';
import type { LandContext } from '../lander.ts';
import {
  type LandedRequest,
  type Manifest,
  type ManifestFile,
  readManifest,
} from '../manifest.ts';

/** A file that an earlier run landed, and what the server said of it. */
export interface EarlierFile {
  readonly file: ManifestFile;
  readonly etag?: string;
  readonly lastModified?: string;
}

const RUN = /\/run=([^/]+)\/manifest\.json$/;

/** The manifest of the last live landing of the source by another run. */
const lastManifest = async ({
  platform,
  plan,
  source,
  run,
}: LandContext): Promise<Manifest | undefined> => {
  const prefix = `landing/${plan.pipeline}/${source.name}/`;
  const keys = (await platform.store.list(prefix))
    .filter((key) => RUN.test(key))
    .sort((a, b) =>
      (RUN.exec(a)?.[1] ?? '') < (RUN.exec(b)?.[1] ?? '') ? 1 : -1,
    );
  for (const key of keys) {
    const manifest = await readManifest(platform, key).catch(() => undefined);
    if (manifest?.requests && manifest.run !== run) return manifest;
  }
  return undefined;
};

/** Whether records were told apart then as they are now. */
const hasSameForm = async (
  { platform, plan, source }: LandContext,
  { run }: Manifest,
): Promise<boolean> => {
  const before = await readPlan(platform, plan.pipeline, run).catch(
    () => undefined,
  );
  const then = before?.sources.find(({ name }) => name === source.name);
  const formOf = (of: typeof source) => JSON.stringify((of.live ?? of).form);
  return then !== undefined && formOf(then) === formOf(source);
};

const earlierOf = (
  { headers = {} }: LandedRequest,
  file: ManifestFile,
): EarlierFile | undefined => {
  const { etag, 'last-modified': lastModified } = headers;
  if (etag === undefined && lastModified === undefined) return undefined;
  return {
    file,
    ...(etag !== undefined && { etag }),
    ...(lastModified !== undefined && { lastModified }),
  };
};

/** Whether the bytes of an earlier landing are still whole in the store. */
export const isThere = async (
  { platform }: Pick<LandContext, 'platform'>,
  { key, bytes, offset }: ManifestFile,
): Promise<boolean> => {
  const entries = await platform.store.entries(key);
  const found = entries.find((entry) => entry.key === key);
  return found !== undefined && found.bytes >= (offset ?? 0) + bytes;
};

/** What the last live run landed, by address; only what can be asked about. */
export const earlierFiles = async (
  context: LandContext,
): Promise<ReadonlyMap<string, EarlierFile>> => {
  const found = new Map<string, EarlierFile>();
  const manifest = await lastManifest(context);
  if (!manifest || !(await hasSameForm(context, manifest))) return found;
  for (const request of manifest.requests ?? []) {
    const file = manifest.files.find(({ path }) => path === request.path);
    const earlier = file && earlierOf(request, file);
    if (earlier && (await isThere(context, earlier.file)))
      found.set(request.url, earlier);
  }
  return found;
};
