import {
  GetObjectCommand,
  PutObjectCommand,
  type S3Client,
} from '@aws-sdk/client-s3';
import { isAbsent, isConflict, isRefused } from './s3Errors.ts';
import { type Buckets, bucketOf, cleanKey } from './s3Keys.ts';

/** A body, and what tells it from any other under its key. */
export interface S3Text {
  readonly body: string;
  readonly etag: string;
}

/** Small texts in S3, written on a condition. */
export interface S3Objects {
  read(key: string): Promise<S3Text | undefined>;
  write(key: string, body: string | readonly Uint8Array[]): Promise<void>;
  /**
   * Writes where the object is still the one that was read, or where there is
   * still none.
   * @returns false where it is not.
   */
  replace(
    key: string,
    before: S3Text | undefined,
    body: string,
  ): Promise<boolean>;
}

const CONFLICT_MS = 50;

export const s3Objects = (client: S3Client, buckets: Buckets): S3Objects => {
  const at = (key: string) => {
    const Key = cleanKey(key);
    return { Bucket: bucketOf(buckets, Key), Key };
  };

  const read: S3Objects['read'] = async (key) => {
    try {
      const { Body, ETag = '' } = await client.send(
        new GetObjectCommand(at(key)),
      );
      return {
        body: (await Body?.transformToString('utf8')) ?? '',
        etag: ETag,
      };
    } catch (error) {
      if (isAbsent(error)) return undefined;
      throw error;
    }
  };

  return {
    read,
    write: async (key, body) => {
      const Body = typeof body === 'string' ? body : Buffer.concat(body);
      await client.send(new PutObjectCommand({ ...at(key), Body }));
    },
    replace: async (key, before, body) => {
      const condition = before
        ? { IfMatch: before.etag }
        : { IfNoneMatch: '*' };
      const put = new PutObjectCommand({
        ...at(key),
        Body: body,
        ...condition,
      });
      for (;;)
        try {
          await client.send(put);
          return true;
        } catch (error) {
          if (isConflict(error)) {
            const wait = CONFLICT_MS * (1 + Math.random());
            await new Promise((resolve) => setTimeout(resolve, wait));
            continue;
          }
          // What was read last may have been removed.
          if (!isRefused(error) && !isAbsent(error)) throw error;
          return false;
        }
    },
  };
};
