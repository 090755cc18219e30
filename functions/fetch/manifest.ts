import type { Platform } from '../../platform/ports.ts';
import { type Digest, withNamedDigest } from '../shared/digest.ts';
import { readJson, requireJson } from '../shared/readJson.ts';

/** One file as it was received, and where its bytes are now. */
export interface ManifestFile {
  readonly path: string;
  readonly key: string;
  /** Where it begins in a pack of many. */
  readonly offset?: number;
  readonly bytes: number;
  readonly digest: Digest;
  readonly records: number;
  /** Of the file that was dropped: whether it has changed since. */
  readonly version?: string;
}

/** One request to a live source, without anything secret. */
export interface LandedRequest {
  readonly url: string;
  /** Tells it from another one that is shown alike, since a part is hidden. */
  readonly address?: string;
  /** 200 for what came in parts, too; 304 for what has not changed. */
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** As received and unpacked. */
  readonly bytes?: number;
  readonly digest?: Digest;
  readonly tries?: number;
  /** The file that it landed. */
  readonly path?: string;
  /** Why it landed none. */
  readonly error?: string;
}

/** A table that the Spark job reads itself: without anything secret. */
export interface UnlandedTable {
  readonly url: string;
  /** The name of the secret that holds user and password. */
  readonly secret: string;
  /** Certificates in PEM: who may have signed the server's, if not the usual. */
  readonly authorities?: string;
  /** By the name of a column: the SQL that gives its value as text. */
  readonly columns: Readonly<Record<string, string>>;
  /** The published watermark, from which on it is read; all without. */
  readonly since?: string;
  readonly lookback: number;
  readonly partitions?: number;
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
  /** Nothing landed: the job is to read the table so. */
  readonly jdbc?: UnlandedTable;
  readonly landedAt: string;
  readonly records: number;
  readonly bytes: number;
  readonly files: readonly ManifestFile[];
  /** How many of the files have not changed and are those of another run. */
  readonly reused?: number;
  readonly requests?: readonly LandedRequest[];
  /** What went wrong and did not fail the landing. */
  readonly notices?: readonly string[];
}

const named = (manifest: Manifest): Manifest => ({
  ...manifest,
  files: manifest.files?.map(withNamedDigest),
});

export const readManifest = async (
  platform: Pick<Platform, 'store'>,
  key: string,
): Promise<Manifest> => named(await requireJson(platform, key));

/** @returns undefined where there is none. */
export const findManifest = async (
  platform: Pick<Platform, 'store'>,
  key: string,
): Promise<Manifest | undefined> => {
  const found = await readJson<Manifest>(platform, key);
  return found && named(found);
};
