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

const apply = async (...pipelines: readonly string[]) => {
  server.calls.length = 0;
  const { requests, writes } = await metabase({
    ...lake.platform,
    secrets: { read: async () => login },
  })({ pipelines, url: server.url, secret: 'metabase' });
  expect(server.calls).toHaveLength(requests);
  return { requests, writes };
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
  const counted: [string, { requests: number; writes: number }][] = [];
  counted.push(['from nothing', await apply(...all)]);
  counted.push(['again', await apply(...all)]);
  plans.songs = {
    ...songs,
    dashboard: [{ ...first, description: 'Said anew' }, ...rest],
  };
  counted.push(['a card changed', await apply(...all)]);
  plans.songs = { ...songs, dashboard: rest };
  counted.push(['a card removed', await apply(...all)]);
  counted.push(['again, of `songs` alone', await apply('songs')]);
  const lines = counted.map(
    ([what, { requests, writes }]) =>
      `| ${what.padEnd(51)} | ${String(requests).padEnd(8)} | ${String(writes).padEnd(6)} |`,
  );
  const page = readFileSync(join(ROOT, 'docs', 'dashboards.md'), 'utf8');
  expect(page).toContain(lines.join('\n'));
  const writes = counted.map(([, count]) => count.writes);
  // Set-up, database, then a collection, a dashboard with boxes, all questions.
  expect(writes).toEqual([2 + all.length * 3 + made, 0, 1, 2, 0]);
}, 60_000);
