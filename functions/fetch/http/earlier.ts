import { earlierLanding, wholeness } from '../earlier.ts';
import type { LandContext } from '../lander.ts';
import type { LandedRequest, ManifestFile } from '../manifest.ts';

/** A file that an earlier run landed, and what the server said of it. */
export interface EarlierFile {
  readonly file: ManifestFile;
  readonly etag?: string;
  readonly lastModified?: string;
}

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

/**
 * What the last live run landed, by address (`addressOf`); only what can be
 * asked about.
 */
export const earlierFiles = async (
  context: LandContext,
): Promise<ReadonlyMap<string, EarlierFile>> => {
  const found = new Map<string, EarlierFile>();
  const manifest = await earlierLanding(
    context,
    ({ requests }) => requests !== undefined,
  );
  if (!manifest) return found;
  const isThere = await wholeness(context, manifest);
  for (const request of manifest.requests ?? []) {
    const file = manifest.files.find(({ path }) => path === request.path);
    const earlier = file && earlierOf(request, file);
    if (earlier && isThere(earlier.file))
      found.set(request.address ?? request.url, earlier);
  }
  return found;
};
