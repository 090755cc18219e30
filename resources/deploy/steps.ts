import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import {
  DeleteObjectsCommand,
  ListObjectVersionsCommand,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import { TributaryError, UsageError } from '../../core/errors.ts';
import { plansIn } from '../../platform/local/localDefinitions.ts';
import { BUCKETS } from '../settings.ts';
import { makeAssets } from './assets.ts';

/** What the framework knows of a packaging, a deploy or a removal. */
export interface Deployment {
  readonly stage: string;
  readonly architecture: string;
  readonly folder: string;
  /** The folder of the pipelines, within it or wherever. */
  readonly pipelines: string;
  /** The folder of what is packaged. */
  readonly packaged: string;
  readonly functions: readonly string[];
  readonly isKept: boolean;
  /** Whether the stack that is deployed refuses to go. */
  readonly isProtected: () => Promise<boolean>;
  /** The name of the bucket that deploys put their code into. */
  readonly bucket: () => Promise<string>;
  /** The name of a resource of the stack, by its logical id. */
  readonly resource: (id: string) => Promise<string | undefined>;
  readonly say: (text: string) => void;
}

type Assets = Pick<
  Deployment,
  'stage' | 'architecture' | 'folder' | 'pipelines'
>;

const assetsOf = async (of: Assets) => ({
  ...of,
  plans: await plansIn(resolve(of.folder, of.pipelines)),
});

/** Compiles the plans that each function carries, and makes what is deployed beside the code. */
export const prepare = async (deployment: Deployment) => {
  const assets = await assetsOf(deployment);
  const plans = assets.plans.map((plan) => [plan.pipeline, plan]);
  writeFileSync(
    join(deployment.folder, 'plans.json'),
    JSON.stringify(Object.fromEntries(plans)),
  );
  await makeAssets(assets);
};

/** Prints what each function weighs: a cold start loads all of it. */
export const weigh = ({ folder, packaged, functions, say }: Deployment) => {
  for (const name of functions) {
    const { size } = statSync(resolve(folder, packaged, `${name}.zip`));
    say(`${name.padEnd(16)} ${(size / 1e6).toFixed(2).padStart(6)} MB zipped`);
  }
};
/** Puts the layers and the job where the template looks for them. */
export const upload = async (deployment: Deployment) => {
  const { bucket, say } = deployment;
  const client = new S3Client({});
  const assets = await makeAssets(await assetsOf(deployment));
  for (const { key, file } of assets) {
    const Body = readFileSync(file);
    await client.send(
      new PutObjectCommand({ Bucket: await bucket(), Key: key, Body }),
    );
    say(`${key} ${(Body.length / 1e6).toFixed(2)} MB`);
  }
};

/** Removes all objects of a bucket, their old versions as well. */
const emptyBucket = async (client: S3Client, Bucket: string): Promise<void> => {
  for (;;) {
    const page = await client.send(new ListObjectVersionsCommand({ Bucket }));
    const found = [...(page.Versions ?? []), ...(page.DeleteMarkers ?? [])];
    const Objects = found.map(({ Key, VersionId }) => ({ Key, VersionId }));
    if (Objects.length === 0) return;
    const { Errors = [] } = await client.send(
      new DeleteObjectsCommand({ Bucket, Delete: { Objects, Quiet: true } }),
    );
    if (Errors[0])
      throw new TributaryError(
        `bucket ${Bucket} cannot be emptied: ${Errors[0].Message}`,
      );
  }
};

/**
 * Empties the buckets of a stack that is about to go, which CloudFormation
 * would not remove else.
 * @throws UsageError for a stage whose data are kept.
 */
export const empty = async ({
  stage,
  isKept,
  isProtected,
  resource,
}: Pick<Deployment, 'stage' | 'isKept' | 'isProtected' | 'resource'>) => {
  // What is deployed says so too, whatever this command was told.
  if (isKept || (await isProtected()))
    throw new UsageError(
      `the stage ${stage} keeps its data and is not removed: see docs/aws.md`,
    );
  const client = new S3Client({});
  for (const id of Object.values(BUCKETS)) {
    const bucket = await resource(id);
    if (bucket !== undefined) await emptyBucket(client, bucket);
  }
};
