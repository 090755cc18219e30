import { createReadStream, createWriteStream } from 'node:fs';
import { mkdir, rename, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import {
  AbortMultipartUploadCommand,
  DeleteObjectCommand,
  DeleteObjectsCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListMultipartUploadsCommand,
  type ListMultipartUploadsCommandInput,
  type ListMultipartUploadsCommandOutput,
  paginateListObjectsV2,
  paginateListParts,
  type S3Client,
} from '@aws-sdk/client-s3';
import { Upload } from '@aws-sdk/lib-storage';
import { TributaryError, UsageError } from '../../core/errors.ts';
import type { Store, StoreEntry } from '../ports.ts';
import { type Buckets, bucketOf, bucketsOf, cleanKey } from './s3Keys.ts';
import { s3Objects } from './s3Objects.ts';

/** S3 removes so many at once. */
const REMOVED_AT_ONCE = 1000;

/** Between the key of an upload that goes on and the upload's id. */
const UPLOAD = '?uploadId=';

/** Where the next page of a listing of uploads begins. */
type Marker = Pick<
  ListMultipartUploadsCommandInput,
  'KeyMarker' | 'UploadIdMarker'
>;

const nextOf = ({
  IsTruncated,
  NextKeyMarker: KeyMarker,
  NextUploadIdMarker: UploadIdMarker,
}: ListMultipartUploadsCommandOutput): Marker | undefined =>
  IsTruncated ? { KeyMarker, UploadIdMarker } : undefined;

const byKey = (a: StoreEntry, b: StoreEntry) => (a.key < b.key ? -1 : 1);

/**
 * Objects in two buckets, as one lake. Reads after writes are consistent in S3,
 * listings too. `local` keeps copies in a folder of this machine; each is asked
 * for again only where the object's ETag is another one.
 */
export const s3Store = (
  client: S3Client,
  buckets: Buckets,
  scratch: string,
): Store => {
  const objects = s3Objects(client, buckets);
  const copies = new Map<string, string>();
  // Many files of a source may lie in one object, and are asked for at once.
  const fetching = new Map<string, Promise<string>>();

  const at = (key: string) => {
    const Key = cleanKey(key);
    return { Bucket: bucketOf(buckets, Key), Key };
  };

  const entries = async (prefix: string): Promise<StoreEntry[]> => {
    const Prefix = cleanKey(prefix);
    const found: StoreEntry[] = [];
    for (const Bucket of bucketsOf(buckets, Prefix))
      for await (const { Contents = [] } of paginateListObjectsV2(
        { client },
        { Bucket, Prefix },
      ))
        for (const { Key = '', Size = 0, LastModified } of Contents)
          found.push({
            key: Key,
            bytes: Size,
            modified: LastModified ?? new Date(0),
          });
    return found.sort(byKey);
  };

  const bytesSoFar = async (upload: {
    Bucket: string;
    Key: string;
    UploadId: string;
  }) => {
    let bytes = 0;
    for await (const { Parts = [] } of paginateListParts({ client }, upload))
      for (const { Size = 0 } of Parts) bytes += Size;
    return bytes;
  };

  const unfinished = async (prefix: string): Promise<StoreEntry[]> => {
    const Prefix = cleanKey(prefix);
    const found: StoreEntry[] = [];
    for (const Bucket of bucketsOf(buckets, Prefix))
      for (let marker: Marker | undefined = {}; marker; ) {
        const page: ListMultipartUploadsCommandOutput = await client.send(
          new ListMultipartUploadsCommand({ Bucket, Prefix, ...marker }),
        );
        for (const { Key = '', UploadId = '', Initiated } of page.Uploads ?? [])
          found.push({
            key: `${Key}${UPLOAD}${UploadId}`,
            bytes: await bytesSoFar({ Bucket, Key, UploadId }),
            modified: Initiated ?? new Date(0),
          });
        marker = nextOf(page);
      }
    return found.sort(byKey);
  };

  const remove = async (key: string): Promise<void> => {
    const [object = '', UploadId] = key.split(UPLOAD);
    if (UploadId)
      await client.send(
        new AbortMultipartUploadCommand({ ...at(object), UploadId }),
      );
    else await client.send(new DeleteObjectCommand(at(key)));
  };

  const removeObjects = async (keys: readonly string[]): Promise<void> => {
    for (let i = 0; i < keys.length; i += REMOVED_AT_ONCE) {
      const some = keys.slice(i, i + REMOVED_AT_ONCE);
      const Bucket = bucketOf(buckets, some[0] ?? '');
      const Objects = some.map((Key) => ({ Key }));
      const { Errors = [] } = await client.send(
        new DeleteObjectsCommand({ Bucket, Delete: { Objects, Quiet: true } }),
      );
      const [first] = Errors;
      if (first)
        throw new TributaryError(
          `${first.Key} cannot be removed: ${first.Code} ${first.Message ?? ''}`,
        );
    }
  };

  const send = async (file: string, key: string): Promise<void> => {
    const target = at(key);
    await stat(file);
    const Body = createReadStream(file);
    await new Upload({ client, params: { ...target, Body } }).done();
  };

  const fetchCopy = async (key: string): Promise<string> => {
    const target = at(key);
    const path = join(scratch, 'objects', target.Key);
    const { ETag = '' } = await client.send(new HeadObjectCommand(target));
    const isThere = await stat(path).then(
      () => true,
      () => false,
    );
    if (isThere && copies.get(path) === ETag) return path;
    const { Body } = await client.send(
      new GetObjectCommand({ ...target, IfMatch: ETag }),
    );
    await mkdir(dirname(path), { recursive: true });
    const beside = `${path}.tmp`;
    await pipeline(Body as Readable, createWriteStream(beside));
    await rename(beside, path);
    copies.set(path, ETag);
    return path;
  };

  return {
    read: async (key) => (await objects.read(key))?.body,
    isLasting: true,
    write: objects.write,
    create: (key, body) => objects.replace(key, undefined, body),
    list: async (prefix) => (await entries(prefix)).map(({ key }) => key),
    entries,
    unfinished,
    remove,
    removeAll: async (prefix) => {
      const clean = cleanKey(prefix);
      if (!prefix.endsWith('/') || clean === '')
        throw new UsageError(`"${prefix}" is no folder below the lake`);
      await removeObjects((await entries(clean)).map(({ key }) => key));
      for (const { key } of await unfinished(clean)) await remove(key);
    },
    upload: async (file, key) => {
      await send(file, key);
      await rm(file);
    },
    copy: send,
    // Whatever S3 has taken stays.
    flush: async () => {},
    local: (key) => {
      const under = fetching.get(key);
      if (under) return under;
      const copy = fetchCopy(key).finally(() => fetching.delete(key));
      fetching.set(key, copy);
      return copy;
    },
  };
};
