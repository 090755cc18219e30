import { join } from 'node:path';
import type { Plan } from '../../core/plan.ts';
import {
  type MetabaseEvent,
  type MetabaseProgress,
  type MetabaseResult,
  metabase,
} from '../../functions/metabase/handler.ts';
import { type TestLake, testLake } from '../../functions/testing/testLake.ts';
import { localDefinitions } from '../../platform/local/localDefinitions.ts';
import { type MetabaseDouble, startMetabase } from '../servers/metabase.ts';
import type { Row } from '../servers/metabaseModels.ts';
import { ROOT } from '../support/tsc.ts';

const definitions = localDefinitions(join(ROOT, 'pipelines'));
const login = {
  ...{ email: 'a@example.com', password: 'b' },
  database: { engine: 'athena', details: { region: 'eu-west-1' } },
};

let server: MetabaseDouble;
let lake: TestLake;
const plans: Record<string, Plan> = {};
beforeEach(async () => {
  server = await startMetabase();
  for (const name of Object.keys(plans)) delete plans[name];
  plans.crime = await definitions.plan('crime');
  lake = await testLake(plans);
});
afterEach(async () => {
  await server.stop();
  await lake.remove();
});

const apply = (
  options: Partial<MetabaseEvent> = {},
  tell: MetabaseProgress = {},
): Promise<MetabaseResult> =>
  metabase(
    { ...lake.platform, secrets: { read: async () => login } },
    tell,
  )({
    ...{ pipelines: Object.keys(plans), url: server.url, secret: 'metabase' },
    ...options,
  });

const one = (model: 'card' | 'dashboard' | 'collection'): Row => {
  const [row] = server.rows[model];
  if (!row) throw new Error(`no ${model}`);
  return row;
};

/** As Metabase copies: what it says stays, and its ids are its own. */
const copy = (row: Row, id: number, more: object = {}): Row => ({
  ...structuredClone(row),
  ...{ id, entity_id: `copy-${id}`, ...more },
});

const NOTHING = { changes: [], writes: 0 };

test.each(['Mine', undefined])(
  'copies of a card and of the dashboard are of people, also by the name %s',
  async (name) => {
    await apply();
    const more = name === undefined ? {} : { name };
    const card = copy(one('card'), 900, more);
    const board = copy(one('dashboard'), 901, more);
    server.rows.card.push(card);
    server.rows.dashboard.unshift(board);
    const before = structuredClone([card, board]);
    expect(await apply()).toMatchObject(NOTHING);

    // Not even where what was copied is gone.
    const [first, ...rest] = plans.crime?.dashboard ?? [];
    plans.crime = { ...(plans.crime as Plan), dashboard: rest };
    const { changes } = await apply();
    expect(changes.filter(({ change }) => change === 'remove')).toEqual([
      {
        ...{ pipeline: 'crime', change: 'remove' },
        ...{ kind: 'card', name: first?.title },
      },
    ]);
    expect([card, board]).toEqual(before);
  },
);

type Box = Record<string, unknown>;
type Filter = Record<string, unknown>;
const boxes = () => one('dashboard').dashcards as Box[];
const filters = () => one('dashboard').parameters as Filter[];

test.each<[string, () => unknown]>([
  [
    'the value that a filter begins with',
    () => {
      Object.assign(filters()[0] ?? {}, { default: 'THEFT' });
    },
  ],
  [
    'a filter that has to be set',
    () => {
      Object.assign(filters()[0] ?? {}, { required: true });
    },
  ],
  [
    'a title on the dashboard',
    () => {
      Object.assign(boxes()[0] ?? {}, {
        visualization_settings: { 'card.title': 'Mine' },
      });
    },
  ],
  [
    'a second series',
    () => {
      Object.assign(boxes()[0] ?? {}, { series: [{ id: 900 }] });
    },
  ],
  [
    'a tab',
    () => {
      one('dashboard').tabs = [{ id: 1, name: 'Mine' }];
    },
  ],
  [
    'the width',
    () => {
      one('dashboard').width = 'fixed';
    },
  ],
  [
    'a text',
    () => {
      boxes().push({ ...boxes()[0], id: 900, card_id: null });
    },
  ],
])('%s that a person set is told, and kept', async (_, edit) => {
  await apply();
  const made = structuredClone(one('dashboard'));
  edit();
  const edited = structuredClone(one('dashboard'));
  await expect(apply()).rejects.toThrow(`dashboard "${made.name}"`);
  expect(one('dashboard')).toEqual(edited);
  expect((await apply({ force: true })).writes).toBe(1);
  expect(await apply()).toMatchObject(NOTHING);
});

test('the value that a variable of a card begins with is told, too', async () => {
  await apply();
  const card = one('card');
  const { stages } = card.dataset_query as { stages: Box[] };
  const tags = stages[0]?.['template-tags'] as Record<string, Box>;
  Object.assign(Object.values(tags)[0] ?? {}, { default: 'THEFT' });
  await expect(apply()).rejects.toThrow(`card "${card.name}"`);
});

test('a server that puts things down in its own words is not edited', async () => {
  server.rewrites = true;
  const first = await apply();
  const cards = server.rows.card.length;
  // Set-up, database, collection, dashboard; all but those are sealed again.
  expect(first.writes).toBe(4 + 2 * (cards + 1));
  expect(await apply()).toMatchObject(NOTHING);
  const card = one('card');
  card.display = 'table';
  await expect(apply()).rejects.toThrow(`card "${card.name}"`);
  expect((await apply({ force: true })).changes).toHaveLength(1);
  expect(await apply()).toMatchObject(NOTHING);
});

test('a collection in the trash stays there, and what it held comes back', async () => {
  await apply();
  const cards = server.rows.card.length;
  const head = { 'content-type': 'application/json' };
  const session = (await (
    await fetch(`${server.url}/api/session`, {
      ...{ method: 'POST', headers: head },
      body: JSON.stringify({ username: login.email, password: login.password }),
    })
  ).json()) as { id: string };
  await fetch(`${server.url}/api/collection/${one('collection').id}`, {
    method: 'PUT',
    headers: { ...head, 'x-metabase-session': session.id },
    body: JSON.stringify({ archived: true }),
  });
  expect(server.rows.card.every(({ archived }) => archived)).toBe(true);
  await apply();
  expect(server.rows.card).toHaveLength(cards);
  const [, second] = server.rows.collection;
  for (const { archived, collection_id } of server.rows.card)
    expect({ archived, collection_id }).toEqual({
      ...{ archived: false, collection_id: second?.id },
    });
  expect(await apply()).toMatchObject(NOTHING);
});

test('a collection that a person moved and named anew is still ours', async () => {
  await apply();
  Object.assign(one('collection'), { parent_id: 900, name: 'Police' });
  expect(await apply()).toMatchObject(NOTHING);
});

describe('a pipeline that is defined no more', () => {
  beforeEach(async () => {
    plans.loans = await definitions.plan('loans');
    await apply();
    delete plans.loans;
  });

  test('is named, and stays', async () => {
    expect(await apply()).toMatchObject({ ...NOTHING, kept: ['loans'] });
  });

  test('is of no interest where one pipeline is applied', async () => {
    plans.songs = await definitions.plan('songs');
    const { kept } = await apply({ pipelines: ['crime'] });
    expect(kept).toEqual([]);
  });

  test('goes to the trash where one asks for it, without what is of people', async () => {
    const { collection_id } = server.rows.card.at(-1) as Row;
    const mine = copy(one('card'), 900, { collection_id });
    server.rows.card.push(mine);
    const ours = server.rows.card.filter((card) => card !== mine);
    const theirs = ours.filter((card) => card.collection_id === collection_id);
    const { changes, kept } = await apply({ prune: true });
    expect(kept).toEqual([]);
    expect(changes).toHaveLength(theirs.length + 1);
    expect(new Set(changes.map(({ change }) => change))).toEqual(
      new Set(['remove']),
    );
    expect(ours.filter(({ archived }) => archived)).toEqual(theirs);
    expect(mine.archived).toBe(false);
    expect(await apply({ prune: true })).toMatchObject({
      ...NOTHING,
      kept: [],
    });
  });

  test('stays where a person edited it', async () => {
    const card = server.rows.card.at(-1) as Row;
    card.display = 'pie';
    await expect(apply({ prune: true })).rejects.toThrow(`card "${card.name}"`);
    expect(card.archived).toBe(false);
  });
});

test('the plan is told before the first write, and waiting once', async () => {
  server.starting = 1;
  const told: string[] = [];
  const tell: MetabaseProgress = {
    waits: (why, ms) => told.push(`${why}, ${ms}`),
    plans: (changes) =>
      told.push(`${changes.length} changes, ${server.rows.database.length}`),
  };
  const { changes } = await apply({}, tell);
  expect(told).toEqual([
    `${server.url} is starting, 300000`,
    `${changes.length} changes, 0`,
  ]);
});
