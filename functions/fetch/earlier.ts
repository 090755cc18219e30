import { isFlushed } from '../shared/isFlushed.ts';
import { readPlan } from '../shared/readPlan.ts';
import { hasDigest } from './digest.ts';
import type { LandContext } from './lander.ts';
import { type Manifest, type ManifestFile, readManifest } from './manifest.ts';

const RUN = /\/run=([^/]+)\/manifest\.json$/;

/** The manifest of the last landing of the source by another run. */
const lastManifest = async (
  { platform, plan, source, run }: LandContext,
  isWanted: (manifest: Manifest) => boolean,
): Promise<Manifest | undefined> => {
  const prefix = `landing/${plan.pipeline}/${source.name}/`;
  const keys = (await platform.store.list(prefix))
    .filter((key) => RUN.test(key))
    .sort((a, b) =>
      (RUN.exec(a)?.[1] ?? '') < (RUN.exec(b)?.[1] ?? '') ? 1 : -1,
    );
  for (const key of keys) {
    const manifest = await readManifest(platform, key).catch(() => undefined);
    if (manifest && manifest.run !== run && isWanted(manifest)) return manifest;
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

/** Tells of landed files whether their bytes have a place in the store. */
export const presence = async (
  { platform: { store } }: Pick<LandContext, 'platform'>,
  files: readonly ManifestFile[],
): Promise<(file: ManifestFile) => boolean> => {
  const sizes = new Map<string, number>();
  for (const key of new Set(files.map((file) => file.key)))
    for (const entry of await store.entries(key))
      if (entry.key === key) sizes.set(key, entry.bytes);
  return ({ key, bytes, offset = 0 }) =>
    (sizes.get(key) ?? -1) >= offset + bytes;
};

/**
 * Tells of a landing's files whether they may be referred to. A power failure
 * may have left something else, of the same size, of what was not flushed.
 */
export const wholeness = async (
  context: LandContext,
  manifest: Manifest,
): Promise<(file: ManifestFile) => boolean> => {
  const { platform } = context;
  const isThere = await presence(context, manifest.files);
  if (await isFlushed(platform, manifest)) return isThere;
  const whole = new Set<ManifestFile>();
  for (const file of manifest.files.filter(isThere)) {
    const local = await platform.store.local(file.key);
    if (await hasDigest(local, file, file.digest)) whole.add(file);
  }
  return (file) => whole.has(file);
};

/**
 * The last landing of the source by another run that may be referred to: in
 * the form of today, and such as the caller wants.
 */
export const earlierLanding = async (
  context: LandContext,
  isWanted: (manifest: Manifest) => boolean,
): Promise<Manifest | undefined> => {
  const manifest = await lastManifest(context, isWanted);
  return manifest && (await hasSameForm(context, manifest))
    ? manifest
    : undefined;
};
