import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  type Ended,
  testFolder,
  tributary,
} from '../../cli/testing/tributary.ts';
import { localDefinitions } from '../../platform/local/localDefinitions.ts';
import { type MetabaseDouble, startMetabase } from '../servers/metabase.ts';
import { ROOT } from '../support/tsc.ts';
import { mb } from './mb.ts';
import {
  BOXES,
  type Box,
  bare,
  boxOf,
  FILTERS,
  partsOf,
  queryOf,
  type ReadBoard,
  type ReadCard,
  targetsOf,
} from './readBack.ts';

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
  const read = <T>(...args: readonly string[]) =>
    mb<T>(server.url, key, folder(), ...args);
  const { data: cards } = await read<{ data: ReadCard[] }>('card', 'list');
  const expectCard = (card: ReadCard | undefined, as: Partial<ReadCard>) => {
    expect(card).toMatchObject(as);
    return queryOf(card as ReadCard);
  };
  for (const name of names) {
    const plan = await definitions.plan(name);
    const { id } =
      server.rows.dashboard.find((d) => d.name === plan.title) ?? {};
    const board = await read<ReadBoard>('dashboard', 'get', String(id));
    expect(board).toMatchObject({ width: 'full', tabs: [] });
    expect(board.dashcards.map(boxOf)).toEqual(BOXES[name]);
    expect(board.parameters.map(({ slug, type }) => `${slug} ${type}`)).toEqual(
      FILTERS[name],
    );
    for (const [i, { title, chart, sql }] of plan.dashboard.entries()) {
      const box = board.dashcards[i] as Box;
      const as = { id: box.card_id, name: title, display: chart };
      const { native, tags } = expectCard(box.card, as);
      expect(partsOf(native, plan)).toEqual({ asks: bare(sql.text), tags });
      expect(targetsOf(box, board)).toEqual(tags);
      // As its own page has it, too.
      const alone = cards.find((card) => card.id === box.card_id);
      expect(expectCard(alone, as)).toEqual({ native, tags });
    }
    for (const { title, sql } of plan.queries) {
      const card = cards.find((one) => one.name === title);
      const as = { name: title, display: 'table' };
      const { native, tags } = expectCard(card, as);
      expect(partsOf(native, plan)).toEqual({ asks: bare(sql.text), tags });
    }
  }
}, 180_000);

test('a server that starts is waited for, and then the plan is shown', async () => {
  server.starting = 2;
  const { code, stdout, stderr } = await apply('crime', '--dry-run');
  expect({ code, stderr }).toEqual({
    code: 0,
    stderr: `waiting up to 5 minutes: ${server.url} is starting\n`,
  });
  const lines = stdout.trim().split('\n');
  expect(lines.slice(0, 3)).toEqual([
    `set up server ${server.url}`,
    'create database Lake',
    expect.stringMatching(/^crime: create collection /),
  ]);
  expect(lines.slice(-2)).toEqual([
    '4 requests, 0 of them writes',
    'Nothing was changed.',
  ]);
});

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
