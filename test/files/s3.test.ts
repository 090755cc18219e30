import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  CreateBucketCommand,
  DeleteObjectCommand,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import { csv, int, json } from '../../core/index.ts';
import { s3Folder } from '../../platform/aws/s3Folder.ts';
import { localDrops } from '../../platform/local/localDrops.ts';
import type { DropFolder, Drops } from '../../platform/ports.ts';
import { liveLake } from '../http/liveLake.ts';
import {
  clientOf,
  type Ministack,
  ministack,
  startMinistack,
} from '../servers/ministack.ts';

const Bucket = 'shop-drops';
const columns = { id: int() };

const suite = () => {
  let server: Ministack;
  let client: S3Client;
  let root: string;
  let drops: Drops;
  /** What is done before an object is read. */
  let meanwhile: (path: string) => Promise<unknown>;

  const put = (Key: string, Body: string) =>
    client.send(new PutObjectCommand({ Bucket, Key, Body }));
  const remove = (Key: string) =>
    client.send(new DeleteObjectCommand({ Bucket, Key }));

  beforeAll(async () => {
    server = await startMinistack();
    client = new S3Client({ ...clientOf(server), forcePathStyle: true });
    await client.send(new CreateBucketCommand({ Bucket }));
    root = mkdtempSync(join(tmpdir(), 'tributary-s3-'));
    for (let id = 0; id < 1200; id++)
      await put(`in/events/${id % 9}/${id}.json`, `{"id": ${id}}\n`);
    drops = {
      open: async (pipeline, folder) => {
        if (folder === undefined) return localDrops(root).open(pipeline);
        const opened = s3Folder(folder, client);
        const local: DropFolder['local'] = async (file, scratch) => {
          await meanwhile(file.path);
          return opened.local(file, scratch);
        };
        const read: DropFolder['read'] = async (files) => {
          for (const { path } of files) await meanwhile(path);
          return opened.read(files);
        };
        return { ...opened, local, read };
      },
    };
  }, 120_000);
  beforeEach(() => {
    meanwhile = async () => {};
  });
  afterAll(async () => {
    client.destroy();
    await server.stop();
    rmSync(root, { recursive: true });
  });

  const events = (parts = 1) =>
    json('events', {
      ...{ folder: `s3://${Bucket}/in`, files: 'events/**/*.json' },
      ...{ parts, columns },
    });
  const orders = csv('orders', {
    ...{ folder: `s3://${Bucket}/orders/`, files: '*.csv', columns },
  });

  test('a prefix of more objects than a page lists, in parts; then by reference', async () => {
    const lake = await liveLake({}, { drops });
    const { events: landed } = await lake.land([events(3)]);
    expect(landed).toMatchObject({
      ...{ records: 1200, from: `s3://${Bucket}/in`, reused: 0 },
    });
    expect(landed?.files[0]?.path).toBe('events/0/0.json');
    await put('in/events/4/4.json', '{"id": 44}\n');
    await remove('in/events/5/5.json');
    const { events: again } = await lake.land([events(3)]);
    expect(again).toMatchObject({ records: 1199, reused: 1198 });
    await lake.remove();
  });

  test('an object that changes between listing and reading is refused', async () => {
    const lake = await liveLake({}, { drops });
    await put('orders/a.csv', 'id\n1\n');
    meanwhile = () => put('orders/a.csv', 'id\n2\n');
    await expect(lake.land([orders])).rejects.toThrow(
      'source orders, file a.csv: the object changed while it was landed',
    );
    meanwhile = () => remove('orders/a.csv');
    await expect(lake.land([orders])).rejects.toThrow(/S3 answers \w+/);
    expect(
      (await lake.landing()).filter((key) => key.endsWith('manifest.json')),
    ).toEqual([]);
    await lake.remove();
  });

  test.each([
    [
      `s3://${Bucket}/nothing`,
      'no file matches *.csv in s3://shop-drops/nothing',
    ],
    ['s3://no-such-bucket/x', 'S3 answers NoSuchBucket'],
  ])('%s is named', async (folder, message) => {
    const lake = await liveLake({}, { drops });
    const nowhere = csv('orders', { folder, files: '*.csv', columns });
    await expect(lake.land([nowhere])).rejects.toThrow(message);
    await lake.remove();
  });
};

// A newcomer's machine may have no emulator; CI has one.
if (ministack()) describe('files in S3', suite);
else
  test('there is no emulator of S3 on this machine', () =>
    expect(process.env.CI).toBeUndefined());
