import { SourceError } from '../../core/errors.ts';
import type { Platform } from '../../platform/ports.ts';
import { findManifest, type Manifest } from './manifest.ts';
import { type ManifestText, manifestText } from './manifestText.ts';

/** One of the parts that a source's files are landed in, from 0 on. */
export interface Part {
  readonly index: number;
  readonly of: number;
}

const keyOf = (folder: string, { index, of }: Part) =>
  `${folder}manifest-${index + 1}-of-${of}.json`;

const byPath = (a: { readonly path: string }, b: { readonly path: string }) =>
  Buffer.compare(Buffer.from(a.path), Buffer.from(b.path));

/** All parts as one landing. */
const join = (parts: readonly Manifest[]): Manifest => {
  const [first] = parts as [Manifest];
  const sum = (of: 'records' | 'bytes' | 'reused') =>
    parts.reduce((total, part) => total + (part[of] ?? 0), 0);
  const landedAt = parts.map((part) => part.landedAt).sort();
  const notices = parts.flatMap((part) => part.notices ?? []);
  return {
    ...first,
    landedAt: landedAt.at(-1) as string,
    records: sum('records'),
    bytes: sum('bytes'),
    reused: sum('reused'),
    files: parts.flatMap(({ files }) => files).sort(byPath),
    ...(notices.length > 0 && { notices }),
  };
};

/**
 * Writes the manifest of a landing, or of a part; whoever finds all parts there
 * joins them. The last one does, and where two do they write the same.
 * @param key of the whole manifest, which marks a whole landing.
 * @param files those of a whole landing, where they are text already.
 */
export const writeManifest = async (
  platform: Pick<Platform, 'store'>,
  folder: string,
  key: string,
  manifest: Manifest,
  part: Part = { index: 0, of: 1 },
  files?: ManifestText,
): Promise<void> => {
  const { store } = platform;
  if (part.of === 1)
    return store.write(key, manifestText(manifest, files?.text), 'later');
  await store.write(keyOf(folder, part), manifestText(manifest));
  const parts: Manifest[] = [];
  for (let index = 0; index < part.of; index++) {
    const at = keyOf(folder, { index, of: part.of });
    const one = await findManifest(platform, at);
    if (one === undefined) return;
    parts.push(one);
  }
  const whole = join(parts);
  if (whole.files.length === 0)
    throw new SourceError('no part of it found a file', {
      source: manifest.source,
    });
  await store.write(key, manifestText(whole));
};
