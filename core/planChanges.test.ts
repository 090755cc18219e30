import { compile } from './compile.ts';
import type { Pipeline } from './definePipeline.ts';
import type { Plan } from './plan.ts';
import { planChanges } from './planChanges.ts';
import { everything, everythingSql } from './testing/everything.ts';

const before = compile(everything, everythingSql);

/** A copy that a test may change in any place. */
type Loose<T> = T extends object
  ? { -readonly [K in keyof T]: Loose<T[K]> }
  : T;

const edited = (change: (plan: Loose<Plan>) => void): Plan => {
  const copy = structuredClone(before) as Loose<Plan>;
  change(copy);
  return copy as Plan;
};

test('a definition has no differences from itself', () => {
  const again = compile(everything as Pipeline, everythingSql);
  expect(planChanges(before, again)).toEqual([]);
});

type Case = [
  what: string,
  change: (plan: Loose<Plan>) => void,
  told: readonly string[],
];

const first = before.tables[0];
const source = before.sources[0];
const query = before.queries[0];
const card = before.dashboard[0];
const check = before.checks[0];
if (!first || !source || !query || !card || !check)
  throw new Error('too little');
const column = first.columns[0]?.name;

const CASES: Case[] = [
  [
    'a schedule',
    (p) => {
      p.schedule = 'rate(9 days)';
    },
    ['changed pipeline schedule'],
  ],
  [
    'an SLA that goes',
    (p) => {
      delete p.slaSeconds;
    },
    ['removed pipeline slaSeconds'],
  ],
  [
    'a source that goes',
    (p) => {
      p.sources.shift();
    },
    [`removed source ${source.name}`],
  ],
  [
    'a condition',
    (p) => {
      if (p.sources[0]) p.sources[0].keep = 'true';
    },
    [`changed source ${source.name}.keep`],
  ],
  [
    'a table that goes',
    (p) => {
      p.tables.shift();
    },
    [`removed table ${first.name}`],
  ],
  [
    'a new table',
    (p) => {
      if (p.tables[0]) p.tables.push({ ...p.tables[0], name: 'fresh' });
    },
    ['added table fresh'],
  ],
  [
    'a type',
    (p) => {
      if (p.tables[0]?.columns[0]) p.tables[0].columns[0].type = 'double';
    },
    [`changed column ${first.name}.${column}`],
  ],
  [
    'a column that goes',
    (p) => {
      p.tables[0]?.columns.shift();
    },
    [`removed column ${first.name}.${column}`],
  ],
  [
    'a new column',
    (p) => {
      p.tables[0]?.columns.push({ name: 'extra', type: 'int' });
    },
    [`added column ${first.name}.extra`],
  ],
  [
    'the order of columns',
    (p) => {
      p.tables[0]?.columns.reverse();
    },
    [`changed column ${first.name}: their order`],
  ],
  [
    'SQL',
    (p) => {
      if (p.tables[0]) p.tables[0].sql.text += ' ';
    },
    [`changed sql ${first.name}`],
  ],
  [
    'SQL for Spark alone',
    (p) => {
      if (p.tables[0]) p.tables[0].sql.spark = 'SELECT 1';
    },
    [`changed sql ${first.name} (spark)`],
  ],
  [
    'a key',
    (p) => {
      if (p.tables[0]) p.tables[0].key = ['x'];
    },
    [`changed table ${first.name}.key`],
  ],
  [
    'a check that goes',
    (p) => {
      p.checks.shift();
    },
    [`removed check ${check.relation}: ${check.name}`],
  ],
  [
    'a severity',
    (p) => {
      if (p.checks[0]) p.checks[0].severity = 'warn';
    },
    [`changed check ${check.relation}: ${check.name}.severity`],
  ],
  [
    'a query that goes',
    (p) => {
      p.queries.shift();
    },
    [`removed query ${query.name}`],
  ],
  [
    'a query’s title',
    (p) => {
      if (p.queries[0]) p.queries[0].title = 'x';
    },
    [`changed query ${query.name}.title`],
  ],
  [
    'a card that goes',
    (p) => {
      p.dashboard.shift();
    },
    [`removed card ${card.title}`],
  ],
  [
    'a card’s SQL',
    (p) => {
      if (p.dashboard[0]) p.dashboard[0].sql.text = 'SELECT 1';
    },
    [`changed sql card ${card.title}`],
  ],
];

test.each(CASES)('%s is told, and nothing else', (_, change, told) => {
  const changes = planChanges(before, edited(change));
  expect(
    changes.map(({ kind, part, name }) => `${kind} ${part} ${name}`),
  ).toEqual(told);
});

test('values are told as they are written', () => {
  const changes = planChanges(
    before,
    edited((p) => {
      p.schedule = 'rate(9 days)';
      p.dependsOnPast = !before.dependsOnPast;
    }),
  );
  expect(changes).toEqual([
    {
      kind: 'changed',
      part: 'pipeline',
      name: 'schedule',
      before: before.schedule,
      after: 'rate(9 days)',
    },
    {
      kind: 'changed',
      part: 'pipeline',
      name: 'dependsOnPast',
      before: `${before.dependsOnPast}`,
      after: `${!before.dependsOnPast}`,
    },
  ]);
});
