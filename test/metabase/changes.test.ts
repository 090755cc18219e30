import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { validateSchema } from '@metabase/representations';
import type { Plan } from '../../core/plan.ts';
import { wantedContent } from '../../dashboards/metabase/wanted.ts';
import { datasetQuery } from '../../functions/metabase/contents.ts';
import {
  type MetabaseResult,
  metabase,
} from '../../functions/metabase/handler.ts';
import { type TestLake, testLake } from '../../functions/testing/testLake.ts';
import { localDefinitions } from '../../platform/local/localDefinitions.ts';
import { type MetabaseDouble, startMetabase } from '../servers/metabase.ts';
import { ROOT } from '../support/tsc.ts';

const definitions = localDefinitions(join(ROOT, 'pipelines'));
const database = {
  engine: 'postgres',
  details: { host: 'postgres', dbname: 'lake' },
};

let server: MetabaseDouble;
let lake: TestLake;
const plans: Record<string, Plan> = {};
beforeEach(async () => {
  server = await startMetabase();
  lake = await testLake(plans);
  plans.songs = await definitions.plan('songs');
});
afterEach(async () => {
  await server.stop();
  await lake.remove();
});

const apply = (): Promise<MetabaseResult> =>
  metabase({
    ...lake.platform,
    secrets: {
      read: async () => ({ email: 'a@example.com', password: 'b', database }),
    },
  })({ pipelines: ['songs'], url: server.url, secret: 'metabase' });

const live = () =>
  server.rows.card.filter(({ archived }) => !archived).map(({ name }) => name);

test('a changed card, a card that is gone, and one that comes back', async () => {
  const before = plans.songs as Plan;
  await apply();
  const ids = new Map(server.rows.card.map(({ id, name }) => [name, id]));
  const [first, second, ...rest] = before.dashboard;
  if (!first || !second) throw new Error('too few cards');
  plans.songs = {
    ...before,
    dashboard: [{ ...first, description: 'Said anew' }, ...rest],
  };
  const changed = await apply();
  expect(changed.changes).toEqual([
    { pipeline: 'songs', change: 'update', kind: 'card', name: first.title },
    {
      ...{ pipeline: 'songs', change: 'update' },
      ...{ kind: 'dashboard', name: before.title },
    },
    { pipeline: 'songs', change: 'remove', kind: 'card', name: second.title },
  ]);
  expect(changed.writes).toBe(3);
  expect(live()).not.toContain(second.title);
  const [board] = server.rows.dashboard;
  expect(board?.dashcards).toHaveLength(before.dashboard.length - 1);

  plans.songs = before;
  await apply();
  expect(live()).toContain(second.title);
  expect(new Map(server.rows.card.map(({ id, name }) => [name, id]))).toEqual(
    ids,
  );
  expect(await apply()).toMatchObject({ changes: [], writes: 0 });
}, 60_000);

test('a server that names other keys in other order is not edited', async () => {
  await apply();
  for (const card of server.rows.card) {
    const settings = card.visualization_settings as object;
    card.visualization_settings = Object.fromEntries(
      Object.entries(settings).reverse(),
    );
    card.result_metadata = [{ name: 'x' }];
  }
  expect(await apply()).toMatchObject({ changes: [], writes: 0 });
});

test('a person can start the double, too', async () => {
  const program = join(ROOT, 'test', 'servers', 'metabaseDouble.ts');
  const child = spawn(process.execPath, [program, '0']);
  try {
    const [said] = await once(child.stdout, 'data');
    const [url] = String(said).split(' ');
    const { status } = await fetch(`${url}/api/health`);
    expect(status).toBe(200);
  } finally {
    child.kill();
  }
}, 60_000);

test("Metabase's own schema takes every card", async () => {
  const folder = await mkdtemp(join(tmpdir(), 'tributary-metabase-'));
  const write = async (path: string, body: object) => {
    await mkdir(join(folder, 'collections', 'cards'), { recursive: true });
    // YAML reads JSON.
    await writeFile(
      join(folder, 'collections', 'cards', path),
      JSON.stringify(body),
    );
  };
  const representation = (
    card: ReturnType<typeof wantedContent>['cards'][number]['card'],
  ) => {
    const query = datasetQuery(card, 1);
    const [stage] = query.stages as Record<string, object>[];
    const tags = Object.values(stage?.['template-tags'] ?? {});
    return {
      ...{ name: card.name, entity_id: card.entityId, display: card.display },
      ...{ creator_id: 'a@example.com', description: card.description || null },
      visualization_settings: card.settings,
      dataset_query: {
        ...query,
        database: 'Lake',
        stages: [{ ...stage, 'template-tags': tags }],
      },
      'serdes/meta': [{ model: 'Card', id: card.entityId, label: 'card' }],
    };
  };
  try {
    let count = 0;
    for (const name of await definitions.names())
      for (const engine of ['athena', 'postgres'] as const)
        for (const { card } of wantedContent(
          await definitions.plan(name),
          engine,
        ).cards) {
          await write(`${engine}_${card.entityId}.yaml`, representation(card));
          count++;
        }
    const good = await validateSchema({ folder });
    expect(good.results.filter(({ status }) => status === 'fail')).toEqual([]);
    expect(good.results).toHaveLength(count);
    expect(count).toBeGreaterThan(70);

    const [{ card } = {}] = wantedContent(
      await definitions.plan('songs'),
      'athena',
    ).cards;
    if (!card) throw new Error('no card');
    await write(`athena_${card.entityId}.yaml`, {
      ...representation(card),
      display: 'bargraph',
    });
    const bad = await validateSchema({ folder });
    expect(bad.failed).toBe(1);
  } finally {
    await rm(folder, { recursive: true });
  }
});
