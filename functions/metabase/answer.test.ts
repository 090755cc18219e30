import {
  type MetabaseDouble,
  startMetabase,
} from '../../test/servers/metabase.ts';
import { shopPlan } from '../testing/shopPlan.ts';
import { type TestLake, testLake } from '../testing/testLake.ts';
import { answerMetabase, type MetabaseRequest } from './answer.ts';

const login = {
  ...{ email: 'a@example.com', password: 'b' },
  database: { engine: 'athena', details: { region: 'eu-west-1' } },
};

let server: MetabaseDouble;
let lake: TestLake;
beforeEach(async () => {
  server = await startMetabase();
  lake = await testLake({ shop: shopPlan() });
});
afterEach(async () => {
  await server.stop();
  await lake.remove();
});

const answer = (request: MetabaseRequest) =>
  answerMetabase(
    { ...lake.platform, secrets: { read: async () => login } },
    request,
    { url: server.url, secret: 'metabase' },
  );

test('without names, all pipelines are applied', async () => {
  const names = async (request: MetabaseRequest) => {
    const said = await answer(request);
    return 'changes' in said && said.changes.map(({ pipeline }) => pipeline);
  };
  expect(await names({ dryRun: true })).toContain('shop');
  expect(await names({ dryRun: true, pipelines: [] })).not.toContain('shop');
});

test('asleep at night, it answers that, and does not fail', async () => {
  server.starting = 99;
  expect(await answer({ waitMs: 0 })).toEqual({
    away: `${server.url} is still starting after 0 s: try again`,
  });
  await server.stop();
  expect(await answer({ waitMs: 0 })).toEqual({
    away: expect.stringMatching(/ does not answer: ECONN(REFUSED|RESET)$/),
  });
});

test('who waits for it is failed by one that does not come', async () => {
  server.starting = 99;
  await expect(answer({ waitMs: 10 })).rejects.toThrow('is still starting');
});

test('what a person has to look at fails, whoever asks', async () => {
  await answer({});
  login.password = 'changed';
  await expect(answer({ waitMs: 0 })).rejects.toThrow('refuses');
});
