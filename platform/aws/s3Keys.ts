import { posix } from 'node:path';
import { UsageError } from '../../core/errors.ts';
import type { AwsSettings } from './settings.ts';

export type Buckets = Pick<AwsSettings, 'landingBucket' | 'lakeBucket'>;

/** What lies in the landing bucket: it has other life cycles and readers. */
const LANDING = ['landing/', 'quarantine/', 'recordings/', 'samples/'];

/** A key without detours, as a folder would have it. */
export const cleanKey = (key: string): string => {
  const clean = posix.normalize(key).replace(/^\/+/, '');
  if (clean === '..' || clean.startsWith('../'))
    throw new UsageError(`the key "${key}" leads out of the lake`);
  return clean === '.' || clean === './' ? '' : clean;
};

export const bucketOf = (
  { landingBucket, lakeBucket }: Buckets,
  key: string,
): string =>
  LANDING.some((root) => key.startsWith(root)) ? landingBucket : lakeBucket;

/** The buckets in which keys may begin with a prefix. */
export const bucketsOf = (buckets: Buckets, prefix: string): string[] => {
  const spansBoth = LANDING.some((root) => root.startsWith(prefix));
  return spansBoth && !LANDING.includes(prefix)
    ? [buckets.landingBucket, buckets.lakeBucket]
    : [bucketOf(buckets, prefix)];
};
