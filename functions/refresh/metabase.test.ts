import type { Plan } from '../../core/plan.ts';
import type { MetabaseServer, Platform } from '../../platform/ports.ts';
import {
  type MetabaseDouble,
  startMetabase,
} from '../../test/servers/metabase.ts';
import { keys } from '../shared/keys.ts';
import { readLedger } from '../shared/ledger.ts';
import { publishRun } from '../testing/publishRun.ts';
import { shopPlan } from '../testing/shopPlan.ts';
import { type TestLake, testLake } from '../testing/testLake.ts';

const SECRET = {
  ...{ email: 'a@example.com', password: 'word-1' },
  database: {
    engine: 'athena',
    schemaPrefix: 'tributary_dev_',
    details: { region: 'eu-west-1' },
  },
};
const CARD = {
  ...{ chart: 'bar', title: 'Orders a day', x: 'day', y: 'n' },
  sql: { text: 'SELECT day, count(*) AS n FROM orders GROUP BY day' },
} as unknown as Plan['dashboard'][number];

let server: MetabaseDouble;
let lake: TestLake;
const plans: Record<string, Plan> = {};
beforeEach(async () => {
  server = await startMetabase();
  plans.shop = { ...shopPlan(), dashboard: [CARD] };
  plans.other = { ...shopPlan(), pipeline: 'other', dashboard: [CARD] };
  lake = await testLake(plans);
});
afterEach(async () => {
  await server.stop();
  await lake.remove();
});

let day = 0;

/** Publishes once more, and tells what the server was asked. */
const publish = async (
  pipeline = 'shop',
  metabase: MetabaseServer = { url: server.url, secret: 'metabase' },
) => {
  const platform: Platform = {
    ...lake.platform,
    metabase,
    secrets: { read: async () => SECRET },
  };
  server.calls.length = 0;
  const plan = plans[pipeline] as Plan;
  const period = `2024-05-${String(++day).padStart(2, '0')}`;
  const run = await publishRun(platform, plan, { period });
  const ledger = await readLedger(platform, pipeline, run);
  const writes = server.calls
    .filter(({ method, path }) => method !== 'GET' && path !== '/api/session')
    .map(({ method, path }) => `${method} ${path.replace(/\d+/, 'N')}`);
  return { ledger, writes, requests: server.calls.length };
};

const ALL = [
  'POST /api/collection',
  'POST /api/card',
  'POST /api/dashboard',
  'PUT /api/dashboard/N',
];

test('the first publish makes all, and the next asks and writes nothing', async () => {
  const first = await publish();
  expect(first.ledger).toMatchObject({ outcome: 'published' });
  expect(first.ledger?.notices).toBeUndefined();
  expect(first.writes).toEqual([
    'POST /api/setup',
    'POST /api/database',
    ...ALL,
  ]);
  const again = await publish();
  expect(again).toMatchObject({ writes: [], requests: 8 });
});

test('tables are named as they are on Athena', async () => {
  await publish();
  const [card] = server.rows.card;
  expect(JSON.stringify(card?.dataset_query)).toContain(
    'FROM tributary_dev_shop.orders',
  );
});

test('a pipeline touches its own collection alone', async () => {
  await publish();
  const before = structuredClone(server.rows.card);
  const other = await publish('other');
  // Its tables are new to the server, which looks at them.
  expect(other.writes).toEqual(['POST /api/database/N/sync_schema', ...ALL]);
  expect(server.rows.card.slice(0, before.length)).toEqual(before);
  expect((await publish()).writes).toEqual([]);
});

test('tables that changed are looked at, once', async () => {
  await publish();
  const plan = plans.shop as Plan;
  const [table, ...rest] = plan.tables;
  if (!table) throw new Error('no table');
  const [column] = table.columns;
  if (!column) throw new Error('no column');
  const columns = [...table.columns, { ...column, name: 'more' }];
  plans.shop = { ...plan, tables: [{ ...table, columns }, ...rest] };
  expect((await publish()).writes).toEqual([
    'POST /api/database/N/sync_schema',
    'PUT /api/collection/N',
  ]);
  expect((await publish()).writes).toEqual([]);
});

test('a card that changed is all that is written', async () => {
  await publish();
  const card = { ...CARD, description: 'Said anew' };
  plans.shop = { ...(plans.shop as Plan), dashboard: [card] };
  expect((await publish()).writes).toEqual(['PUT /api/card/N']);
});

test.each<[string, () => unknown, string]>([
  ['away', () => server.stop(), 'does not answer: ECONNREFUSED'],
  [
    'starting',
    () => {
      server.starting = 9;
    },
    'is still starting',
  ],
  [
    'edited by hand',
    () => {
      for (const card of server.rows.card) card.display = 'table';
    },
    'card "Orders a day"',
  ],
])('a Metabase that is %s fails no run', async (_, happens, said) => {
  await publish();
  await happens();
  const { ledger, writes } = await publish();
  expect(writes).toEqual([]);
  expect(ledger?.outcome).toBe('published');
  expect(ledger?.notices).toEqual([
    expect.stringContaining('Metabase: dashboards not applied, the next run'),
  ]);
  expect(ledger?.notices?.[0]).toContain(said);
  expect(JSON.stringify(ledger)).not.toContain(SECRET.password);
  const lock = keys.runLock('shop', ledger?.period ?? '');
  const rival = { execution: 'rival', run: 'r' };
  expect(await lake.platform.locks.acquire(lock, rival)).toHaveProperty(
    'lease',
  );
});

test('what was missed while it was away is made up for', async () => {
  await publish();
  server.starting = 1;
  const card = { ...CARD, description: 'Said anew' };
  plans.shop = { ...(plans.shop as Plan), dashboard: [card] };
  expect((await publish()).ledger?.notices).toHaveLength(1);
  const next = await publish();
  expect(next.writes).toEqual(['PUT /api/card/N']);
  expect(next.ledger?.notices).toBeUndefined();
});

test('where another function reaches it, that one is asked', async () => {
  const asked: string[] = [];
  const ask = async (pipeline: string) => {
    asked.push(pipeline);
  };
  const { ledger, requests } = await publish('shop', {
    ...{ url: server.url, secret: 'none', ask },
  });
  expect({ asked, requests }).toEqual({ asked: ['shop'], requests: 0 });
  expect(ledger?.notices).toBeUndefined();
});
