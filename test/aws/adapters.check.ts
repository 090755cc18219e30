import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  CreateMultipartUploadCommand,
  UploadPartCommand,
} from '@aws-sdk/client-s3';
import { SFNClient } from '@aws-sdk/client-sfn';
import {
  awsExecutions,
  lambdaExecution,
} from '../../platform/aws/awsExecutions.ts';
import { bundledDefinitions } from '../../platform/aws/bundledDefinitions.ts';
import { openSubject } from '../../platform/contract/subject.ts';
import type { Store } from '../../platform/ports.ts';
import {
  clientOf,
  type Ministack,
  startMinistack,
} from '../servers/ministack.ts';
import { awsSubject, clientsOf } from './awsSubject.ts';

let server: Ministack;
let place: string;
let name: string;
let folder: string;
let store: Store;
const subject = awsSubject(() => server.endpoint);
const clients = () => clientsOf(server.endpoint);

beforeAll(async () => {
  server = await startMinistack();
});
afterAll(() => server.stop());
beforeEach(async () => {
  place = await subject.newPlace();
  ({ name, folder } = JSON.parse(place));
  ({ store } = await openSubject(subject, place));
});
afterEach(() => subject.removePlace(place));

describe('the store', () => {
  test('landing has a bucket of its own, and one listing has both', async () => {
    await store.write('landing/shop/a.csv', 'x');
    await store.write('runs/shop/r.json', '{}');
    expect(await store.list('')).toEqual([
      'landing/shop/a.csv',
      'runs/shop/r.json',
    ]);
    expect(await store.list('la')).toEqual(['landing/shop/a.csv']);
  });

  test('an upload that goes on is no object, and can be ended', async () => {
    const at = { Bucket: `${name}-lake`, Key: 'tables/shop/t/part.parquet' };
    const { s3 } = clients();
    const { UploadId = '' } = await s3.send(
      new CreateMultipartUploadCommand(at),
    );
    await s3.send(
      new UploadPartCommand({ ...at, UploadId, PartNumber: 1, Body: 'half' }),
    );
    expect(await store.list('')).toEqual([]);
    const [left] = await store.unfinished('tables/shop/');
    expect(left?.bytes).toBe(4);
    await store.remove(left?.key ?? '');
    expect(await store.unfinished('')).toEqual([]);
  });

  test('a copy here is taken anew where the object is another', async () => {
    await store.write('a/b', 'first');
    await store.local('a/b');
    await store.write('a/b', 'second');
    expect(await readFile(await store.local('a/b'), 'utf8')).toBe('second');
    await rm(folder, { recursive: true });
    expect(await readFile(await store.local('a/b'), 'utf8')).toBe('second');
  });

  test('a file of several parts', async () => {
    const file = join(await mkdtemp(join(tmpdir(), 'tributary-')), 'f');
    const body = 'line\n'.repeat(2_500_000);
    await writeFile(file, body);
    await store.upload(file, 'tables/large');
    const [entry] = await store.entries('tables/');
    expect(entry?.bytes).toBe(body.length);
    expect(await store.read('tables/large')).toBe(body);
  });
});

describe('executions', () => {
  const executions = (at: string) =>
    awsExecutions(new SFNClient(clientOf(server)), () => new Date(at));

  test('a Lambda by itself runs until it must have ended', async () => {
    const began = new Date('2024-06-01T12:00:00Z');
    const execution = lambdaExecution('id', began);
    const at = (time: string) => executions(time).isRunning(execution);
    expect(await at('2024-06-01T12:15:59Z')).toBe(true);
    expect(await at('2024-06-01T12:16:01Z')).toBe(false);
  });
});

test('a sample that nobody uploaded, and a replay of elsewhere, are refused', async () => {
  const file = join(folder, 'plans.json');
  await writeFile(file, JSON.stringify({ shop: { pipeline: 'shop' } }));
  const definitions = bundledDefinitions(file, store, folder);
  await expect(definitions.sample('shop')).rejects.toThrow('no sample');
  const asked = async (name: string) => definitions.recording('shop', name);
  await expect(asked('recordings/2024')).rejects.toThrow('no recording at');
  await store.write('runs/shop/r.json', '{}');
  await expect(asked('recordings/../runs')).rejects.toThrow('cannot be');
});
