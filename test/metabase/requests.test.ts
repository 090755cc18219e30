import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Plan } from '../../core/plan.ts';
import { metabase } from '../../functions/metabase/handler.ts';
import { type TestLake, testLake } from '../../functions/testing/testLake.ts';
import { localDefinitions } from '../../platform/local/localDefinitions.ts';
import { type MetabaseDouble, startMetabase } from '../servers/metabase.ts';
import { ROOT } from '../support/tsc.ts';

const definitions = localDefinitions(join(ROOT, 'pipelines'));
const database = { engine: 'athena', details: { region: 'eu-west-1' } };
const login = { email: 'a@example.com', password: 'b', database };

let server: MetabaseDouble;
let lake: TestLake;
const plans: Record<string, Plan> = {};
beforeEach(async () => {
  server = await startMetabase();
  for (const name of await definitions.names())
    plans[name] = await definitions.plan(name);
  lake = await testLake(plans);
});
afterEach(async () => {
  await server.stop();
  await lake.remove();
});

interface Count {
  readonly requests: number;
  readonly writes: number;
}

/** Applies, and counts what the server was asked; it may also refuse. */
const apply = async (
  pipelines: readonly string[],
  { fails = '', force = false } = {},
): Promise<Count> => {
  server.calls.length = 0;
  const applying = metabase({
    ...lake.platform,
    secrets: { read: async () => login },
  })({ pipelines, force, url: server.url, secret: 'metabase' });
  const writes = () =>
    server.calls.filter(
      ({ method, path }) => method !== 'GET' && path !== '/api/session',
    ).length;
  if (fails) await expect(applying).rejects.toThrow(fails);
  else
    expect(await applying).toMatchObject({
      ...{ requests: server.calls.length, writes: writes() },
    });
  return { requests: server.calls.length, writes: writes() };
};

test('the requests of each case are those of docs/dashboards.md', async () => {
  const all = Object.keys(plans);
  expect(all).toHaveLength(5);
  const made = Object.values(plans).flatMap(({ queries, dashboard }) => [
    ...queries,
    ...dashboard,
  ]).length;
  const songs = plans.songs as Plan;
  const [first, ...rest] = songs.dashboard;
  if (!first) throw new Error('no card');
  const counted: [string, Count][] = [];
  const count = async (what: string, counting: Promise<Count>) =>
    counted.push([what, await counting]);
  const changed = (dashboard: Plan['dashboard']) => {
    plans.songs = { ...songs, dashboard };
  };
  await count('from nothing', apply(all));
  await count('again', apply(all));
  changed([{ ...first, description: 'Said anew' }, ...rest]);
  await count('a card changed', apply(all));
  changed(rest);
  await count('a card removed', apply(all));
  const fails = 'edited by hand';
  for (const card of server.rows.card.slice(0, 1)) card.display = 'funnel';
  await count('a card edited by hand: refused', apply(all, { fails }));
  await count('the same, by `--force`', apply(all, { force: true }));
  await count('again, of `songs` alone', apply(['songs']));

  await server.stop();
  server = await startMetabase();
  changed(songs.dashboard);
  server.hangUpAfterWrites = 30;
  const away = 'does not answer';
  await count('from nothing, but broken off', apply(all, { fails: away }));
  await count('the same, again', apply(all));
  const lines = counted.map(
    ([what, { requests, writes }]) =>
      `| ${what.padEnd(51)} | ${String(requests).padEnd(8)} | ${String(writes).padEnd(6)} |`,
  );
  const page = readFileSync(join(ROOT, 'docs', 'dashboards.md'), 'utf8');
  const told = page
    .split('\n')
    .filter((line) => /^\|.*\| \d+ +\| \d+ +\|$/.test(line));
  expect(told).toEqual(lines);
  // Set-up, database, then a collection, a dashboard with boxes, all questions.
  const whole = 2 + all.length * 3 + made;
  const writes = counted.map(([, { writes: n }]) => n);
  expect(writes.slice(0, 7)).toEqual([whole, 0, 1, 2, 0, 1, 0]);
  expect(writes.slice(7)).toEqual([30, whole - 30]);
}, 60_000);
