import type { S3ServiceException } from '@aws-sdk/client-s3';

const statusOf = (error: unknown): number | undefined =>
  (error as Partial<S3ServiceException>).$metadata?.httpStatusCode;

/** Nothing is under the key. The status alone would name a bucket as well. */
export const isAbsent = (error: unknown): boolean =>
  ['NoSuchKey', 'NotFound'].includes((error as Error).name);

/** The condition of a write does not hold: somebody else was there first. */
export const isRefused = (error: unknown): boolean => statusOf(error) === 412;

/** Two conditional writes at the same time; neither may have happened. */
export const isConflict = (error: unknown): boolean => statusOf(error) === 409;
