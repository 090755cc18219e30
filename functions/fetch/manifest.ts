import { TributaryError } from '../../core/errors.ts';
import type { Platform } from '../../platform/ports.ts';

/** One file as it was received, and where its bytes are now. */
export interface ManifestFile {
  readonly path: string;
  readonly key: string;
  /** Where it begins in a pack of many. */
  readonly offset?: number;
  readonly bytes: number;
  readonly sha256: string;
  readonly records: number;
}

/** What landed for one source: written last, so it marks a whole landing. */
export interface Manifest {
  readonly pipeline: string;
  readonly source: string;
  readonly run: string;
  readonly date: string;
  /** The recording's folder, or where the live source is. */
  readonly from: string;
  /**
   * Whether the bytes are in the live source's form; else they are in the form
   * of its recording.
   */
  readonly live?: boolean;
  readonly landedAt: string;
  readonly records: number;
  readonly bytes: number;
  readonly files: readonly ManifestFile[];
}

export const readManifest = async (
  { store }: Pick<Platform, 'store'>,
  key: string,
): Promise<Manifest> => {
  const body = await store.read(key);
  if (body === undefined) throw new TributaryError(`${key} is gone`);
  return JSON.parse(body) as Manifest;
};
