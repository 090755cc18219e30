import type { Platform, Readers } from '../../platform/ports.ts';
import { closeJournal } from '../shared/closeJournal.ts';
import { readJournal, writeJournal } from '../shared/journal.ts';
import { readLedger } from '../shared/ledger.ts';
import { publishRun, transformedRun } from '../testing/publishRun.ts';
import { shopPlan } from '../testing/shopPlan.ts';
import { type TestLake, testLake } from '../testing/testLake.ts';
import { publish } from './handler.ts';

const plan = shopPlan();
let lake: TestLake;
let platform: Platform;
beforeEach(async () => {
  lake = await testLake({ shop: plan });
  platform = lake.platform;
});
afterEach(() => lake.remove());

/** Readers who miss a row of one table, and count how often they are asked. */
const shortSighted = (missed?: string) => {
  let asked = 0;
  const readers: Readers = {
    count: async (database, pieces) => {
      asked += 1;
      const { rows } = await lake.platform.readers.count(database, pieces);
      return {
        rows: rows.map((n, at) => (pieces[at]?.table === missed ? n - 1 : n)),
        scans: [5],
      };
    },
  };
  return { readers, asked: () => asked };
};
const withReaders = (readers: Readers): Platform => ({ ...platform, readers });
const broken: Readers = {
  count: async () => {
    throw new Error('HIVE_BAD_DATA: not a Parquet file');
  },
};

const whatReadersSee = async () => {
  const { run, tables, watermarks } = await platform.catalog.read('shop');
  return { run, tables, watermarks };
};

test.each<[string, () => Readers, RegExp]>([
  [
    'a row less than written',
    () => shortSighted('orders').readers,
    /do not see what was written: orders day=2024-05-02: 0 of 1 rows/,
  ],
  ['nothing that can be read', () => broken, /cannot read .*HIVE_BAD_DATA/],
])('readers find %s: they are led back', async (_, readers, why) => {
  await publishRun(platform, plan, {
    period: '2024-05-01',
    watermarks: { source: '1' },
  });
  const before = await whatReadersSee();
  const event = await transformedRun(platform, plan, {
    period: '2024-05-02',
    watermarks: { source: '2' },
  });
  const failed = publish(withReaders(readers()))(event);
  await expect(failed).rejects.toThrow(why);
  await expect(failed).rejects.toHaveProperty('name', 'PublishError');
  expect(await whatReadersSee()).toEqual(before);
  const journal = await readJournal(platform, 'shop', event.run);
  expect(journal?.state).toBe('undone');
  // What was wrong is right now: the same event publishes.
  await publish(platform)(event);
  expect((await whatReadersSee()).run).toBe(event.run);
});

test('a first publish that is refused leaves no table', async () => {
  const event = await transformedRun(platform, plan, { period: '2024-05-01' });
  await expect(publish(withReaders(broken))(event)).rejects.toThrow('read');
  expect(await whatReadersSee()).toEqual({
    run: '',
    tables: {},
    watermarks: {},
  });
});

test('what asking costs is in the ledger, whatever the answer', async () => {
  const event = await transformedRun(platform, plan, { period: '2024-05-01' });
  const { readers } = shortSighted('prices');
  await expect(publish(withReaders(readers))(event)).rejects.toThrow('prices');
  await publish(withReaders(shortSighted().readers))(event);
  const ledger = await readLedger(platform, 'shop', event.run);
  expect(ledger?.scans).toEqual([5, 5]);
});

test('readers are asked once, and again only where nobody wrote that they were', async () => {
  const event = await transformedRun(platform, plan, { period: '2024-05-01' });
  const { readers, asked } = shortSighted();
  await publish(withReaders(readers))(event);
  await publish(withReaders(readers))(event);
  expect(asked()).toBe(1);
  const journal = await readJournal(platform, 'shop', event.run);
  if (!journal) throw new Error('no journal');
  const { isSeen: _, ...unconfirmed } = journal;
  await writeJournal(platform, unconfirmed);
  await publish(withReaders(readers))(event);
  expect(asked()).toBe(2);
});

test('a run that moved nothing asks nobody', async () => {
  await publishRun(platform, plan, { period: '2024-05-02' });
  const event = await transformedRun(platform, plan, {
    period: '2024-05-01',
    tables: ['prices'],
  });
  expect(await publish(withReaders(broken))(event)).toEqual({
    kept: ['prices'],
  });
});

describe('killed once its journal says that it is refused', () => {
  const killed = async () => {
    await publishRun(platform, plan, { period: '2024-05-01' });
    const before = await whatReadersSee();
    const event = await transformedRun(platform, plan, {
      period: '2024-05-02',
    });
    await publish(platform)(event);
    const journal = await readJournal(platform, 'shop', event.run);
    if (!journal) throw new Error('no journal');
    await writeJournal(platform, {
      ...journal,
      state: 'prepared',
      refused: 'readers do not see it',
    });
    return { before, run: event.run };
  };

  test('who closes the run leads readers back', async () => {
    const { before, run } = await killed();
    for (const _ of ['first', 'repeated'])
      expect(await closeJournal(platform, 'shop', run)).toBe(false);
    expect(await whatReadersSee()).toEqual(before);
  });

  test('so does the next publisher, before it begins', async () => {
    const { run } = await killed();
    await publishRun(platform, plan, {
      period: '2024-05-03',
      tables: ['prices', 'orders'],
    });
    const { tables } = await whatReadersSee();
    expect(JSON.stringify(tables)).not.toContain(run);
    expect(tables.orders?.partitions.map(({ period }) => period)).toEqual([
      '2024-05-01',
      '2024-05-03',
    ]);
  });

  test('where readers were led back, what follows the catalog is too', async () => {
    const { run } = await killed();
    const settled: string[] = [];
    const catalog = {
      ...platform.catalog,
      replace: async (
        ...[before, after]: Parameters<typeof platform.catalog.replace>
      ) => {
        await platform.catalog.replace(before, after);
        throw new Error('killed between the catalog and Glue');
      },
      settle: async (database: string) => void settled.push(database),
    };
    await expect(
      closeJournal({ ...platform, catalog }, 'shop', run),
    ).rejects.toThrow('killed');
    expect(await closeJournal({ ...platform, catalog }, 'shop', run)).toBe(
      false,
    );
    expect(settled).toEqual(['shop']);
  });
});
