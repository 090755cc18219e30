import type { S3Client } from '@aws-sdk/client-s3';
import { UsageError } from '../../core/errors.ts';
import type { Drops } from '../ports.ts';
import { s3Folder } from './s3Folder.ts';

/** A prefix of the landing bucket for each pipeline; and any prefix of S3. */
export const s3Drops = (client: S3Client, landingBucket: string): Drops => ({
  open: async (
    pipeline,
    folder = `s3://${landingBucket}/drop/${pipeline}/`,
  ) => {
    if (folder.startsWith('s3://')) return s3Folder(folder, client);
    throw new UsageError(`${folder} is no place on AWS`, { pipeline });
  },
});
