import { cp, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { preview } from '../../functions/preview/handler.ts';
import { recordFailure } from '../../functions/record-failure/handler.ts';
import { recover } from '../../functions/shared/recover.ts';
import { transformedRun } from '../../functions/testing/publishRun.ts';
import { endExecution } from '../../platform/local/localExecutions.ts';
import { PIPELINES } from '../support/testLake.ts';
import { folder, isValid, type Loose, world } from './world.ts';

/** A schema that takes everything would prove nothing. */
test.each([
  [
    'no run',
    (e: Loose) => {
      delete e.run;
    },
  ],
  [
    'another type',
    (e: Loose) => {
      e.eventType = 'BEGIN';
    },
  ],
  [
    'a run that is no UUID',
    (e: Loose) => {
      e.run.runId = 'r';
    },
  ],
  [
    'a facet of another version',
    (e: Loose) => {
      e.run.facets.nominalTime._schemaURL += 'x';
    },
  ],
  [
    'a facet without its producer',
    (e: Loose) => {
      delete e.job.facets.jobType._producer;
    },
  ],
  [
    'a count that is a text',
    (e: Loose) => {
      e.outputs[0].outputFacets.outputStatistics.rowCount = '1';
    },
  ],
  [
    'a field that is not known',
    (e: Loose) => {
      e.outputs[0].facets.schema.columns = [];
    },
  ],
])('the schema refuses %s', async (_, damage) => {
  const { events, run } = world();
  await run('loans');
  const event = structuredClone((await events()).at(-1));
  const check = await isValid();
  expect(check(event)).toEqual([]);
  damage(event);
  expect(check(event)).not.toEqual([]);
});

test.each(['arrivals', 'banks', 'crime', 'loans', 'songs'])(
  '%s: each job of a run starts and completes, as the schema has it',
  async (pipeline) => {
    const { events, run, platform } = world();
    const ledger = await run(pipeline);
    const { tables } = await platform.definitions.plan(pipeline);
    const found = await events();
    const check = await isValid();
    expect(found.flatMap((event) => check(event))).toEqual([]);
    const jobs = [pipeline, ...tables.map(({ name }) => `${pipeline}.${name}`)];
    const of = (type: string) =>
      found.filter(({ eventType }) => eventType === type);
    expect(of('START').map(({ job }) => job.name)).toEqual(jobs);
    expect(
      of('COMPLETE')
        .map(({ job }) => job.name)
        .sort(),
    ).toEqual([...jobs].sort());
    const ids = (type: string) =>
      of(type)
        .map(({ run: { runId } }) => runId)
        .sort();
    expect(new Set(ids('START')).size).toBe(jobs.length);
    expect(ids('COMPLETE')).toEqual(ids('START'));
    const whole = of('START')[0]?.run.runId;
    for (const event of found)
      if (event.job.name !== pipeline)
        expect(event.run.facets.parent.run.runId).toBe(whole);
    const written = Object.fromEntries(
      (ledger?.tables ?? []).map((t) => [`${pipeline}.${t.table}`, t.rows]),
    );
    const end = of('COMPLETE').at(-1);
    expect(
      Object.fromEntries(
        end?.outputs.map((o) => [
          o.name,
          o.outputFacets?.outputStatistics.rowCount,
        ]) ?? [],
      ),
    ).toEqual(written);
    expect(ledger?.notices).toBeUndefined();
  },
);

test('the event of a table has its SQL, its inputs and the lineage of its columns', async () => {
  const { events, run } = world();
  await run('crime');
  const event = (await events()).find(
    ({ job, eventType }) =>
      eventType === 'COMPLETE' && job.name === 'crime.unsolved_by_month',
  );
  expect(event?.job.facets.sql.query).toMatch(/^SELECT\n/);
  expect(event?.inputs.map(({ name }) => name)).toEqual([
    'crime.crime_reported',
  ]);
  const { columnLineage, schema } = event?.outputs[0]?.facets ?? {};
  expect(
    schema.fields.map(({ name, type }: Loose) => `${name} ${type}`),
  ).toEqual(['month date', 'primary_type string', 'crimes bigint']);
  const input = { namespace: 'tributary', name: 'crime.crime_reported' };
  expect(columnLineage.fields).toEqual({
    month: {
      inputFields: [
        {
          ...input,
          field: 'occurred_at',
          transformations: [{ type: 'DIRECT', subtype: 'TRANSFORMATION' }],
        },
      ],
    },
    primary_type: {
      inputFields: [
        {
          ...input,
          field: 'primary_type',
          transformations: [{ type: 'DIRECT', subtype: 'IDENTITY' }],
        },
      ],
    },
    crimes: { inputFields: [] },
  });
  expect(columnLineage.dataset).toContainEqual({
    ...input,
    field: 'arrest',
    transformations: [{ type: 'INDIRECT', subtype: 'FILTER' }],
  });
});

test('a run that fails says why', async () => {
  const { events, run } = world();
  const replay = join(folder, 'bad');
  await cp(join(PIPELINES, 'loans/sample'), join(replay, 'loans'), {
    recursive: true,
  });
  await writeFile(join(replay, 'loans/loan.csv'), 'a,b\n1,2\n');
  const ledger = await run('loans', replay);
  const found = await events();
  const check = await isValid();
  expect(found.flatMap((event) => check(event))).toEqual([]);
  expect(found.map(({ eventType }) => eventType).join()).toMatch(
    /^(START,){3}(FAIL,?){3}$/,
  );
  expect(found.at(-1)?.run.facets.errorMessage.message).toBe(
    `${ledger?.error?.name}: ${ledger?.error?.message}`,
  );
});

test('the end of a run that was killed is told by who finds it', async () => {
  const { events, platform } = world();
  const plan = await platform.definitions.plan('loans');
  const event = await transformedRun(platform, plan, { period: '2022-09-30' });
  endExecution(event.execution.id);
  await recover(platform, 'loans', event.run);
  const found = await events();
  expect(found.map(({ eventType }) => eventType)).toEqual([
    'FAIL',
    'FAIL',
    'FAIL',
  ]);
  expect(found.at(-1)?.run.facets.errorMessage.message).toMatch(/^Killed: /);
  await recordFailure(platform)({
    execution: event.execution,
    error: { Error: 'x', Cause: 'y' },
  });
  expect((await events()).length).toBe(3);
});

test('a run that is only tried tells nobody', async () => {
  const { events, platform } = world();
  const execution = { id: 'local:1:x:y', startedAt: new Date().toISOString() };
  const scratch = join(folder, 'tried');
  await preview({ ...platform, scratch })({
    pipeline: 'loans',
    date: null,
    options: {},
    execution,
    data: true,
  });
  expect(await events()).toEqual([]);
});
