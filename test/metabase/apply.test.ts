import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  type Ended,
  testFolder,
  tributary,
} from '../../cli/testing/tributary.ts';
import type { ServerDashboard } from '../../functions/metabase/contents.ts';
import { localDefinitions } from '../../platform/local/localDefinitions.ts';
import { type MetabaseDouble, startMetabase } from '../servers/metabase.ts';
import { ROOT } from '../support/tsc.ts';
import { mb } from './mb.ts';

const LOGIN = { email: 'admin@example.com', password: 'secret-word-1' };
const database = {
  engine: 'athena',
  name: 'Lake',
  details: { region: 'eu-west-1', workgroup: 'dashboards', access_key: '' },
};

const folder = testFolder();
let server: MetabaseDouble;
beforeEach(async () => {
  server = await startMetabase();
  await writeSecret({ ...LOGIN, database });
});
afterEach(() => server.stop());

const writeSecret = async (secret: object) => {
  await mkdir(join(folder(), '.secrets'), { recursive: true });
  const file = join(folder(), '.secrets', 'metabase.json');
  await writeFile(file, JSON.stringify(secret));
};

const apply = (...args: readonly string[]): Promise<Ended> =>
  tributary(['metabase', 'apply', '--url', server.url, ...args], folder());

const result = async (...args: readonly string[]) => {
  const { code, stdout, stderr } = await apply(...args, '--json');
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  return JSON.parse(stdout) as {
    changes: { change: string; kind: string; name: string }[];
    requests: number;
    writes: number;
    key?: string;
  };
};

const cardOf = (name: string) => {
  const card = server.rows.card.find((one) => one.name === name);
  if (!card) throw new Error(`no card ${name}`);
  return card;
};

test('from nothing, again, and all five read back by mb', async () => {
  server.starting = 2;
  const dry = await result('--dry-run');
  expect(dry.writes).toBe(0);
  expect(server.rows.card).toEqual([]);

  const first = await result('--new-key', 'tests');
  expect(first.changes).toEqual(dry.changes);
  const again = await result();
  expect(again).toMatchObject({ changes: [], writes: 0 });

  const key = first.key ?? '';
  await writeSecret({ apiKey: key, database });
  expect(await result()).toMatchObject({ changes: [], writes: 0 });

  const definitions = localDefinitions(join(ROOT, 'pipelines'));
  const names = await definitions.names();
  expect(names).toHaveLength(5);
  for (const name of names) {
    const plan = await definitions.plan(name);
    const { id } =
      server.rows.dashboard.find((d) => d.name === plan.title) ?? {};
    const board = await mb<ServerDashboard & { parameters: object[] }>(
      ...[server.url, key, folder(), 'dashboard', 'get', String(id)],
    );
    const shown = (board.dashcards ?? []) as unknown as {
      readonly row: number;
      readonly col: number;
      readonly size_x: number;
      readonly card: {
        readonly name: string;
        readonly display: string;
        readonly dataset_query: DatasetQuery;
      };
    }[];
    expect(shown.map(({ card }) => [card.name, card.display])).toEqual(
      plan.dashboard.map(({ title, chart }) => [title, chart]),
    );
    // Every line of the grid is full.
    const widths = new Map<number, number>();
    for (const { row, size_x } of shown)
      widths.set(row, (widths.get(row) ?? 0) + size_x);
    expect(new Set(widths.values())).toEqual(new Set([24]));
    const nativeOf = (query: DatasetQuery) => query.stages[0]?.native ?? '';
    const bare = (text: string) => text.replace(/^\s*WITH\s+/i, '');
    for (const [i, { sql }] of plan.dashboard.entries()) {
      const native = nativeOf(shown[i]?.card.dataset_query as DatasetQuery);
      expect(native.endsWith(bare(sql.text))).toBe(true);
    }
    const [query] = plan.queries;
    if (!query) throw new Error('no saved query');
    const card = await mb<{ dataset_query: DatasetQuery }>(
      ...[server.url, key, folder(), 'card', 'get'],
      String(cardOf(query.title).id),
    );
    expect(nativeOf(card.dataset_query)).toContain(bare(query.sql.text));
  }
}, 180_000);

interface DatasetQuery {
  readonly stages: readonly { readonly native: string }[];
}

test('one card is changed by nobody, another by hand', async () => {
  await result('crime');
  const card = cardOf('Crimes without an arrest');
  const before = structuredClone(server.rows);
  card.display = 'bar';
  const refused = await apply('crime');
  expect(refused).toMatchObject({ code: 1, stdout: '' });
  expect(refused.stderr).toContain(
    `edited by hand on ${server.url}: card "Crimes without an arrest"`,
  );
  expect(card.display).toBe('bar');
  const forced = await result('crime', '--force');
  expect(forced).toMatchObject({
    changes: [{ change: 'update', kind: 'card', name: card.name }],
    writes: 1,
  });
  expect(server.rows).toEqual(before);
});

test('an edited dashboard is told, too', async () => {
  await result('crime');
  const [board] = server.rows.dashboard;
  if (!board) throw new Error('no dashboard');
  (board.dashcards as unknown[]).pop();
  expect((await apply('crime')).stderr).toContain(`dashboard "${board.name}"`);
  expect((await result('crime', '--force')).writes).toBe(1);
});

test('what is of people stays', async () => {
  await result('loans');
  const [collection] = server.rows.collection;
  const mine = {
    ...{ id: 900, name: 'Mine', display: 'table', archived: false },
    ...{ collection_id: collection?.id, entity_id: 'mine', dataset_query: {} },
  };
  server.rows.card.push(mine);
  server.rows.dashboard.push({ ...mine, id: 901, dashcards: [] });
  expect(await result('loans')).toMatchObject({ changes: [], writes: 0 });
});

test.each([1, 2, 5, 12])('it goes on after write %i broke off', async (n) => {
  server.hangUpAfterWrites = n;
  expect((await apply('loans')).code).toBe(1);
  await result('loans');
  expect(server.rows.collection).toHaveLength(1);
  expect(server.rows.dashboard).toHaveLength(1);
  expect(server.rows.database).toHaveLength(1);
  expect(await result('loans')).toMatchObject({ changes: [], writes: 0 });
});

test('a database that cannot be reached is told in its words', async () => {
  server.databaseFault = 'The security token included is invalid';
  const ended = await apply('crime');
  expect(ended.code).toBe(1);
  expect(ended.stderr).toContain('with 400: The security token included is');
  expect(server.rows.collection).toEqual([]);
});

test.each([
  [{ ...LOGIN, password: 'wrong', database }, 'refuses POST /api/session'],
  [{ apiKey: 'mb_wrong', database }, 'refuses GET /api/database (401)'],
])('credentials that are wrong: %j', async (secret, said) => {
  await result('crime');
  await writeSecret(secret);
  const ended = await apply('crime');
  expect(ended.code).toBe(1);
  expect(ended.stderr).toContain(said);
  for (const word of ['wrong', 'secret-word-1'])
    expect(ended.stderr).not.toContain(word);
});

test.each<[object, string]>([
  [{ database }, 'has neither apiKey, nor email and password'],
  [{ ...LOGIN }, 'has no database.engine'],
  [{ ...LOGIN, database: { engine: 'athena' } }, 'has no database.details'],
])('a secret that lacks something: %j', async (secret, said) => {
  await writeSecret(secret);
  expect((await apply('crime')).stderr).toContain(said);
});

test('a server that is not there', async () => {
  await server.stop();
  const { metabaseClient } = await import(
    '../../platform/metabase/metabaseClient.ts'
  );
  await expect(metabaseClient(server.url, 10).ready(50)).rejects.toThrow(
    'does not answer: ECONNREFUSED',
  );
});
