import { randomUUID } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import {
  GetObjectCommand,
  type GetObjectCommandOutput,
  paginateListObjectsV2,
  S3Client,
  type S3ServiceException,
} from '@aws-sdk/client-s3';
import { SourceError } from '../../core/errors.ts';
import type { DropFolder, DroppedFile } from '../ports.ts';

/** Objects that are read at once. */
const AT_ONCE = 16;

type Body = NonNullable<GetObjectCommandOutput['Body']>;

const CHANGED = 'the object changed while it was landed: run again';

/** @returns bucket, and the prefix with a `/` at its end or empty. */
const placeOf = (url: string): { bucket: string; prefix: string } => {
  const [, bucket = '', rest = ''] = /^s3:\/\/([^/]+)\/?(.*)$/.exec(url) ?? [];
  return {
    bucket,
    prefix: rest === '' || rest.endsWith('/') ? rest : `${rest}/`,
  };
};

/**
 * The objects below an S3 prefix; their version is the ETag. Region,
 * credentials and endpoint are those of the AWS SDK's own environment.
 */
export const s3Folder = (
  url: string,
  client: S3Client = new S3Client({}),
): DropFolder => {
  const { bucket: Bucket, prefix } = placeOf(url);
  const explained = (error: unknown, path?: string): SourceError => {
    const { name, message, $metadata } = error as S3ServiceException;
    const isChanged =
      name === 'PreconditionFailed' || $metadata?.httpStatusCode === 412;
    return new SourceError(
      isChanged ? CHANGED : `S3 answers ${name}: ${message} (${url})`,
      path === undefined ? {} : { file: path },
      { cause: error },
    );
  };
  /** Reads an object on the condition that its version is the same. */
  const received = async <T>(
    { path, version: IfMatch }: DroppedFile,
    read: (body: Body) => Promise<T>,
  ): Promise<T> => {
    const Key = `${prefix}${path}`;
    try {
      const { Body } = await client.send(
        new GetObjectCommand({ Bucket, Key, IfMatch }),
      );
      return await read(Body as Body);
    } catch (error) {
      throw explained(error, path);
    }
  };
  return {
    name: url,
    list: async (below) => {
      const found: DroppedFile[] = [];
      const pages = paginateListObjectsV2(
        { client },
        { Bucket, Prefix: `${prefix}${below}` },
      );
      try {
        for await (const { Contents = [] } of pages)
          for (const { Key = '', Size = 0, ETag = '' } of Contents)
            if (!Key.endsWith('/'))
              found.push({
                path: Key.slice(prefix.length),
                bytes: Size,
                version: ETag,
              });
      } catch (error) {
        throw explained(error);
      }
      return found;
    },
    local: async (file, scratch) => {
      const copy = join(scratch, randomUUID());
      await mkdir(scratch, { recursive: true });
      await received(file, async (body) => {
        await pipeline(body as Readable, createWriteStream(copy));
      });
      return copy;
    },
    // Each was read on the condition that its version is the same.
    confirm: async () => {},
    read: async (files) => {
      const bodies: Buffer[] = [];
      let next = 0;
      const work = async () => {
        for (let i = next++; i < files.length; i = next++)
          bodies[i] = await received(files[i] as DroppedFile, async (body) =>
            Buffer.from(await body.transformToByteArray()),
          );
      };
      await Promise.all(Array.from({ length: AT_ONCE }, work));
      return bodies;
    },
  };
};
