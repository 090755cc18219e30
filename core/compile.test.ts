import { compile } from './compile.ts';
import { DefinitionError } from './errors.ts';
import {
  bigint,
  csv,
  date,
  definePipeline,
  mysql,
  rowCount,
  string,
  table,
  timestamp,
} from './index.ts';
import { everything, everythingSql } from './testing/everything.ts';

const visits = csv('visits', {
  title: 'For readers of the definition',
  files: 'visits-*.csv',
  columns: { page: string({ from: 'Page' }), hits: bigint() },
});
const hits = table('hits', {
  columns: { page: string(), hits: bigint() },
  key: ['page'],
});
const small = definePipeline({
  name: 'visits_by_page',
  title: 'Visits',
  period: 'snapshot',
  schedule: 'rate(1 day)',
  sources: [visits],
  tables: [hits],
});
const files = { 'sql/hits.sql': 'SELECT page, hits FROM visits' };

test('what is not said gets its default, and nothing more is in the plan', () => {
  expect(compile(small, files)).toEqual({
    version: 1,
    pipeline: 'visits_by_page',
    title: 'Visits',
    period: 'snapshot',
    schedule: 'rate(1 day)',
    timezone: 'UTC',
    dependsOnPast: false,
    sources: [
      {
        name: 'visits',
        kind: 'csv',
        scope: 'full',
        files: 'visits-*.csv',
        form: {
          format: 'csv',
          encoding: 'utf-8',
          separator: ',',
          quote: '"',
          unused: [],
        },
        columns: [
          { name: 'page', type: 'string', from: 'Page' },
          { name: 'hits', type: 'bigint' },
        ],
        maxRejected: 0.5,
      },
    ],
    tables: [
      {
        name: 'hits',
        mode: 'replace',
        columns: [
          { name: 'page', type: 'string' },
          { name: 'hits', type: 'bigint' },
        ],
        key: ['page'],
        partitionBy: {},
        sortBy: [],
        sql: { file: 'sql/hits.sql', text: 'SELECT page, hits FROM visits' },
      },
    ],
    checks: [],
    queries: [],
    dashboard: [],
  });
});

const whole = compile(everything, everythingSql);

test('a plan is plain JSON: nothing is lost on the way', () => {
  expect(JSON.parse(JSON.stringify(whole))).toEqual(whole);
});

test('what a pipeline says of itself', () => {
  expect(whole).toMatchObject({
    pipeline: 'everything',
    timezone: 'Europe/Paris',
    slaSeconds: 5400,
    startDate: '2024-01-01',
    dependsOnPast: true,
    engine: 'spark',
  });
});

test('columns keep the order of the definition', () => {
  expect(whole.tables[0]?.columns.map(({ name }) => name)).toEqual(
    Object.keys(everything.tables[0]?.columns ?? {}),
  );
});

test('a text for one engine stands beside the text for all', () => {
  expect(whole.tables[0]?.sql).toEqual({
    file: 'sql/sales.sql',
    text: 'SELECT 1',
    spark: 'SELECT 2',
  });
  const card = whole.dashboard.find(({ title }) => title === 'States');
  expect(card?.sql).toEqual({
    file: 'cards/by_state.sql',
    text: 'SELECT 6',
    athena: 'SELECT 7',
  });
});

test('a card over a table brings its own SELECT', () => {
  const card = whole.dashboard.find(({ title }) => title === 'Row');
  expect(card).toEqual({
    title: 'Row',
    chart: 'row',
    table: 'totals',
    x: 'state',
    y: 'orders',
    sql: {
      file: 'pipeline.ts',
      text:
        'SELECT state, sum(orders) AS orders FROM totals ' +
        'GROUP BY state ORDER BY state',
    },
  });
});

test('a recording of another form changes how columns decode', () => {
  const live = mysql('live', {
    secret: 's',
    table: 't',
    key: 'id',
    watermark: 'at',
    columns: { id: bigint(), at: timestamp(), on: date({ nulls: ['-'] }) },
    recording: {
      files: 'live.csv',
      encoding: 'windows-1252',
      columns: { at: { from: 'At' }, on: { format: 'M/d/yyyy' } },
    },
  });
  const [source] = compile({ ...small, sources: [live] }, files).sources;
  expect(source).toEqual({
    name: 'live',
    kind: 'mysql',
    scope: 'changes',
    watermark: 'at',
    from: { secret: 's', table: 't', key: 'id', lookback: 0 },
    files: 'live.csv',
    form: {
      format: 'csv',
      encoding: 'windows-1252',
      separator: ',',
      quote: '"',
      unused: [],
    },
    columns: [
      { name: 'id', type: 'bigint' },
      { name: 'at', type: 'timestamp', from: 'At' },
      { name: 'on', type: 'date', nulls: ['-'], format: 'M/d/yyyy' },
    ],
    live: {
      form: {
        format: 'csv',
        encoding: 'utf-8',
        separator: ',',
        quote: '"',
        unused: [],
      },
      columns: [
        { name: 'id', type: 'bigint' },
        {
          name: 'at',
          type: 'timestamp',
          format: ['yyyy-MM-dd HH:mm:ss', 'yyyy-MM-dd HH:mm:ss.SSSSSS'],
        },
        { name: 'on', type: 'date', nulls: ['-'] },
      ],
    },
    maxRejected: 0.5,
  });
});

test('every fault is thrown in one error', () => {
  const wrong = { ...small, sla: 0, checks: [rowCount(visits, { min: 1 })] };
  const act = () => compile(wrong, {});
  expect(act).toThrow(DefinitionError);
  expect(act).toThrow(
    'pipeline visits_by_page: sla is 0 seconds: it must be above 0\n' +
      'table hits is never made: write sql/hits.sql',
  );
});
