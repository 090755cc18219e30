import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CreateDatabaseCommand, GlueClient } from '@aws-sdk/client-glue';
import { CreateBucketCommand, S3Client } from '@aws-sdk/client-s3';
import { glueCatalog } from '../../platform/aws/glueCatalog.ts';
import { s3Locks } from '../../platform/aws/s3Locks.ts';
import { s3Objects } from '../../platform/aws/s3Objects.ts';
import { s3Store } from '../../platform/aws/s3Store.ts';
import type { Opened, Subject } from '../../platform/contract/subject.ts';
import {
  endExecution,
  localExecutions,
  newExecution,
} from '../../platform/local/localExecutions.ts';

/** The databases that the contracts write to. */
const DATABASES = ['shop', 'bank'];

export const clientsOf = (endpoint: string) => {
  const config = {
    endpoint,
    region: 'us-east-1',
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
  };
  return {
    s3: new S3Client({ ...config, forcePathStyle: true }),
    glue: new GlueClient(config),
  };
};

/** A place is an address, a name for its buckets, and a folder here. */
interface Place {
  readonly endpoint: string;
  readonly name: string;
  readonly folder: string;
}

const parts = (place: string) => JSON.parse(place) as Place;

const bucketsOf = ({ name }: Place) => ({
  landingBucket: `${name}-landing`,
  lakeBucket: `${name}-lake`,
});

/**
 * Opens two buckets and a catalog, for the contracts. Executions are those of
 * this machine's processes, so that a killed one is known to be dead.
 */
export const open = async (text: string): Promise<Opened> => {
  const place = parts(text);
  const { s3, glue } = clientsOf(place.endpoint);
  const buckets = bucketsOf(place);
  const objects = s3Objects(s3, buckets);
  const store = s3Store(s3, buckets, place.folder);
  return {
    store,
    locks: s3Locks(objects, localExecutions()),
    catalog: glueCatalog({
      objects,
      client: glue,
      settings: { databasePrefix: `${place.name}_` },
      bucket: buckets.lakeBucket,
      list: store.list,
    }),
    begin: newExecution,
    end: async (execution) => endExecution(execution),
  };
};

/** Places of an emulator that is asked for when the first one is made. */
export const awsSubject = (endpoint: () => string): Subject => ({
  module: import.meta.url,
  newPlace: async () => {
    const place: Place = {
      endpoint: endpoint(),
      name: `t${randomUUID().slice(0, 8)}`,
      folder: await mkdtemp(join(tmpdir(), 'tributary-aws-')),
    };
    const { s3, glue } = clientsOf(place.endpoint);
    for (const Bucket of Object.values(bucketsOf(place)))
      await s3.send(new CreateBucketCommand({ Bucket }));
    for (const name of DATABASES)
      await glue.send(
        new CreateDatabaseCommand({
          DatabaseInput: { Name: `${place.name}_${name}` },
        }),
      );
    return JSON.stringify(place);
  },
  removePlace: async (place) =>
    rm(parts(place).folder, { recursive: true, force: true }),
});
