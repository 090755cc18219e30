import { randomUUID } from 'node:crypto';
import { globSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';
import { AthenaClient } from '@aws-sdk/client-athena';
import {
  CreateBucketCommand,
  DeleteObjectCommand,
  PutObjectCommand,
} from '@aws-sdk/client-s3';
import {
  CreateTopicCommand,
  SNSClient,
  SubscribeCommand,
} from '@aws-sdk/client-sns';
import { athenaQuery } from '../../platform/aws/athenaQuery.ts';
import { athenaReaders } from '../../platform/aws/athenaReaders.ts';
import { bundledDefinitions } from '../../platform/aws/bundledDefinitions.ts';
import { s3Drops } from '../../platform/aws/s3Drops.ts';
import { snsNotifier } from '../../platform/aws/snsNotifier.ts';
import { catalogContract } from '../../platform/contract/catalogContract.ts';
import {
  definitionsContract,
  PIPELINES,
} from '../../platform/contract/definitionsContract.ts';
import { dropsContract } from '../../platform/contract/dropsContract.ts';
import { locksContract } from '../../platform/contract/locksContract.ts';
import { notifierContract } from '../../platform/contract/notifierContract.ts';
import { readersContract } from '../../platform/contract/readersContract.ts';
import { storeContract } from '../../platform/contract/storeContract.ts';
import { localDefinitions } from '../../platform/local/localDefinitions.ts';
import { answerAsAthena } from '../deploy/athena.ts';
import { startGateway } from '../deploy/gateway.ts';
import {
  clientOf,
  type Ministack,
  startMinistack,
} from '../servers/ministack.ts';
import { awsSubject, clientsOf, open } from './awsSubject.ts';
import { queuesOf } from './queues.ts';

let server: Ministack | undefined;
const subject = awsSubject(() => server?.endpoint ?? '');
beforeAll(async () => {
  server = await startMinistack();
});
afterAll(() => server?.stop());

storeContract('two buckets of S3', subject);
locksContract('objects of S3', subject);
catalogContract('an object of S3, with the tables of Glue', subject);

readersContract('Athena, by the pointers of Glue', async () => {
  const place = await subject.newPlace();
  const { store, catalog } = await open(place);
  const { name } = JSON.parse(place) as { name: string };
  const databasePrefix = `${name}_`;
  const gateway = await startGateway(() => server?.endpoint ?? '');
  const { endpoint } = gateway;
  const { s3, glue } = clientsOf(server?.endpoint ?? '');
  answerAsAthena({ s3, glue, databasePrefix, cloud: { gateway } });
  const ask = athenaQuery({
    client: new AthenaClient(clientOf({ endpoint, stop: async () => {} })),
    settings: { workgroup: 'stage' },
    everyMs: 1,
  });
  return {
    ...{ store, catalog },
    readers: athenaReaders({ ask, settings: { databasePrefix } }),
    remove: async () => {
      await gateway.stop();
      await subject.removePlace(place);
    },
  };
});

definitionsContract('the plans of a package, and input in S3', async () => {
  const place = await subject.newPlace();
  const { folder } = JSON.parse(place) as { folder: string };
  const { store } = await open(place);
  const compiled = localDefinitions(PIPELINES);
  const plans = (await compiled.names()).map(
    async (name) => [name, await compiled.plan(name)] as const,
  );
  const file = join(folder, 'plans.json');
  const body = Object.fromEntries(await Promise.all(plans));
  await writeFile(file, JSON.stringify(body));
  for (const sample of globSync('{loans,banks}/sample/**', {
    cwd: PIPELINES,
    withFileTypes: true,
  })) {
    if (!sample.isFile()) continue;
    const from = join(sample.parentPath, sample.name);
    const [name = '', , ...path] = relative(PIPELINES, from).split(sep);
    await store.copy(from, `samples/${name}/${path.join('/')}`);
  }
  return {
    definitions: bundledDefinitions(file, store, folder),
    replay: 'recordings/2024',
    record: (name, path, body) =>
      store.write(`recordings/2024/${name}/${path}`, body),
    remove: () => subject.removePlace(place),
  };
});

dropsContract('prefixes of S3', async () => {
  const { s3 } = clientsOf(server?.endpoint ?? '');
  const Bucket = `t${randomUUID()}`;
  await s3.send(new CreateBucketCommand({ Bucket }));
  const at = (pipeline: string, path: string) => ({
    Bucket,
    Key: `drop/${pipeline}/${path}`,
  });
  return {
    drops: s3Drops(s3, Bucket),
    put: async (pipeline, path, Body) => {
      await s3.send(new PutObjectCommand({ ...at(pipeline, path), Body }));
    },
    take: async (pipeline, path) => {
      await s3.send(new DeleteObjectCommand(at(pipeline, path)));
    },
    remove: async () => {},
  };
});

/** A topic of its own, and what a queue that is subscribed to it receives. */
const openTopic = async () => {
  const sns = new SNSClient(clientOf(server as Ministack));
  const Name = `t${randomUUID()}`;
  const { TopicArn: topicArn = '' } = await sns.send(
    new CreateTopicCommand({ Name }),
  );
  const queues = queuesOf(server as Ministack);
  const queue = await queues.create(Name);
  const Endpoint = `arn:aws:sqs:us-east-1:000000000000:${Name}`;
  await sns.send(
    new SubscribeCommand({ TopicArn: topicArn, Protocol: 'sqs', Endpoint }),
  );
  const found: string[] = [];
  return {
    notifier: snsNotifier(sns, { topicArn, stage: 'dev' }),
    arrived: async (count: number) => {
      while (found.length < count) found.push(...(await queues.receive(queue)));
      return found;
    },
  };
};

notifierContract('a topic of SNS', openTopic);

test('a topic that is not there is told, and so is its subject in ASCII', async () => {
  const sns = new SNSClient(clientOf(server as Ministack));
  const topicArn = 'arn:aws:sns:us-east-1:000000000000:none';
  const failed = { kind: 'failed', subject: 's', text: 't' } as const;
  const tell = snsNotifier(sns, { topicArn, stage: 'dev' }).tell(failed);
  await expect(tell).rejects.toThrow(/topic/i);
  const { notifier, arrived } = await openTopic();
  await notifier.tell({ ...failed, subject: `spät ${'x'.repeat(200)}` });
  const { Subject } = JSON.parse((await arrived(1))[0] ?? '{}');
  expect(Subject).toMatch(/^Tributary dev: sp\?t x+\.\.\.$/);
  expect(Subject).toHaveLength(100);
});
