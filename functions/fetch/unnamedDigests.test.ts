import { createHash } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { periodOf } from '../../core/period.ts';
import { shopPlan } from '../testing/shopPlan.ts';
import { type TestLake, testLake } from '../testing/testLake.ts';
import { digestOf } from './digest.ts';
import { landAgain } from './landAgain.ts';
import type { LandContext } from './lander.ts';
import { landRecorded } from './landRecorded.ts';
import { readManifest } from './manifest.ts';

// Until November 2026, manifests and recordings had SHA-256 alone, as `sha256`.

const TEXT = 'id,region\n1,north\n2,south\n';
const sha256 = createHash('sha256').update(TEXT).digest('hex');
const [source] = shopPlan().sources as [LandContext['source']];
const EARLIER = 'landing/shop/orders/date=2024-05-01/run=A/';

let lake: TestLake;
let context: LandContext;
let recording: string;

beforeEach(async () => {
  lake = await testLake({ shop: shopPlan() });
  recording = join(lake.folder, 'recordings', 'shop');
  context = {
    platform: lake.platform,
    plan: shopPlan(),
    source,
    run: 'B',
    date: '2024-05-01',
    period: periodOf('day', '2024-05-01'),
    folder: 'landing/shop/orders/date=2024-05-01/run=B/',
    scratch: join(lake.folder, 'scratch'),
    landed: async () => {
      throw new Error('nothing landed before');
    },
  };
});
afterEach(() => lake.remove());

/** A recording of this text, with such digests; else as it was then. */
const record = async (text: string, digests: object = { sha256 }) => {
  await mkdir(recording, { recursive: true });
  await writeFile(join(recording, 'a.csv'), text);
  const file = { path: 'a.csv', file: 'a.csv', bytes: TEXT.length };
  const listed = { ...file, ...digests };
  await writeFile(
    join(recording, 'recording.json'),
    JSON.stringify({ sources: { [source.name]: { files: [listed] } } }),
  );
};

/** A landing as it was then, of this text. */
const landThen = async (text: string) => {
  const { store } = lake.platform;
  await store.write(`${EARLIER}a.csv`, text);
  const landed = {
    ...{ path: 'a.csv', key: `${EARLIER}a.csv` },
    ...{ bytes: TEXT.length, sha256, records: 2 },
  };
  await store.write(
    `${EARLIER}manifest.json`,
    JSON.stringify({ source: source.name, from: 'there', files: [landed] }),
  );
};

describe.each([
  ['a recording', record, () => landRecorded(recording)(context), 'changed'],
  [
    'a landing',
    landThen,
    () => landAgain({ [source.name]: EARLIER })(context),
    'not those that were received',
  ],
])('%s with unnamed digests', (_, make, landNow, wrong) => {
  test('is landed where its bytes are those of then', async () => {
    await make(TEXT);
    const { files } = await landNow();
    expect(files).toMatchObject([{ path: 'a.csv', records: 2 }]);
    expect(files[0]).not.toHaveProperty('sha256');
  });

  test('is refused where a byte is another', async () => {
    await make(TEXT.replace('north', 'North'));
    await expect(landNow()).rejects.toThrow(wrong);
  });
});

test('a manifest of then names its digests when it is read', async () => {
  await landThen(TEXT);
  const key = `${EARLIER}manifest.json`;
  const { files } = await readManifest(lake.platform, key);
  expect(files.map(({ digest }) => digest)).toEqual([`sha256:${sha256}`]);
});

const LONG = `${TEXT}${'3,south\n'.repeat(500_000)}`;

test.each([
  ['few bytes, by BLAKE3', TEXT, 'blake3'],
  ['few bytes, by SHA-256', TEXT, 'sha256'],
  ['many bytes, by BLAKE3', LONG, 'blake3'],
  ['many bytes, by SHA-256', LONG, 'sha256'],
] as const)('a recording of %s is checked by the same', async (_, text, by) => {
  const digest = digestOf(Buffer.from(text), by);
  await record(text, { digest });
  const { files } = await landRecorded(recording)(context);
  expect(files).toMatchObject([{ digest }]);
  await record(text.replace('1,north', '1,North'), { digest });
  const changed = landRecorded(recording)(context);
  await expect(changed).rejects.toThrow('changed since it was recorded');
});

test('a recording without a digest is refused', async () => {
  await record(TEXT, {});
  const landing = landRecorded(recording)(context);
  await expect(landing).rejects.toThrow(
    /file a\.csv: the recording lists it without a digest/,
  );
});
