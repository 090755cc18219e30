import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { compile } from './compile.ts';
import type { Plan } from './plan.ts';
import { everything, everythingSql } from './testing/everything.ts';

type Json = Record<string, unknown>;

const read = (): Json =>
  JSON.parse(
    readFileSync(join(import.meta.dirname, 'plan.schema.json'), 'utf8'),
  );

/** As a reader in another language gets it. */
const asJson = (plan: Plan): Json => JSON.parse(JSON.stringify(plan));

const plan = () => asJson(compile(everything, everythingSql));
const ajv = new Ajv2020({ allErrors: true, allowUnionTypes: true });
const validate = ajv.compile(read());

test('everything that the vocabulary can say is in the schema', () => {
  validate(plan());
  expect(validate.errors).toBeNull();
});

/** Marks every member of every closed object with its place. */
const marked = (schema: unknown, at = ''): unknown => {
  if (typeof schema !== 'object' || schema === null) return schema;
  if (Array.isArray(schema))
    return schema.map((s, i) => marked(s, `${at}/${i}`));
  const isClosed = (schema as Json).additionalProperties === false;
  return Object.fromEntries(
    Object.entries(schema).map(([key, value]) => [
      key,
      key === 'properties' && isClosed
        ? Object.fromEntries(
            Object.entries(value as Json).map(([name, member]) => [
              name,
              {
                ...(marked(member, `${at}/${name}`) as Json),
                place: `${at}/${name}`,
              },
            ]),
          )
        : marked(value, `${at}/${key}`),
    ]),
  );
};

test('nothing is in the schema that the vocabulary cannot say', () => {
  const places = JSON.stringify(marked(read())).match(/"place":"[^"]+"/g);
  const seen = new Set<string>();
  const marking = new Ajv2020({ allowUnionTypes: true }).addKeyword({
    keyword: 'place',
    validate: (place: string) => seen.add(`"place":"${place}"`).size > 0,
  });
  marking.validate(marked(read()) as Json, plan());
  expect(places?.length).toBeGreaterThan(100);
  expect(places?.filter((place) => !seen.has(place))).toEqual([]);
});

/** Puts a value at a place such as `tables.0.mode`; undefined takes it out. */
const changed = (place: string, value: unknown): Json => {
  const keys = place.split('.');
  const whole = plan();
  const last = keys.pop() ?? '';
  const inner = keys.reduce((part, key) => part[key] as Json, whole);
  if (value === undefined) delete inner[last];
  else inner[last] = value;
  return whole;
};

// sources: 0 csv, 1 mysql, 2 rest, 3 json; tables: 0 partition, 1 merge,
// 2 replace; checks: 2 accepted, 4 range, 7 rowCount; dashboard: 0 bar.
test.each<[string, unknown, string]>([
  ['version', 2, '/version const'],
  ['version', undefined, ' required'],
  ['tables', undefined, ' required'],
  ['owner', 'me', ' additionalProperties'],
  ['pipeline', 'Every-thing', '/pipeline pattern'],
  ['period', 'week', '/period enum'],
  ['schedule', 'daily', '/schedule pattern'],
  ['slaSeconds', 0, '/slaSeconds exclusiveMinimum'],
  ['startDate', '1 May 2024', '/startDate pattern'],
  ['engine', 'postgres', '/engine enum'],
  ['dependsOnPast', 'yes', '/dependsOnPast type'],
  ['retention.keep', -1, '/retention/keep minimum'],
  ['retention.olderThan', '30d', '/retention/olderThan type'],
  ['workers.count', 1, '/workers/count minimum'],
  ['workers.type', 'G.025X', '/workers/type enum'],
  ['retention.bytes', 1, '/retention additionalProperties'],
  ['destinations.0.kind', 'oracle', '/destinations/0/kind const'],
  ['destinations.0.password', 'x', '/destinations/0 additionalProperties'],
  ['sources.0.kind', 'xml', '/sources/0/kind enum'],
  ['sources.0.scope', 'changes', '/sources/0 required'],
  ['sources.0.scope', 'full', '/sources/0/scope const'],
  ['sources.0.contract', 'ignore', '/sources/0/contract enum'],
  ['sources.0.maxRejected', 2, '/sources/0/maxRejected maximum'],
  ['sources.0.oneRowPer.key', [], '/sources/0/oneRowPer/key minItems'],
  ['sources.0.form.encoding', 'latin-1', '/sources/0/form/encoding enum'],
  ['sources.0.form.separator', '||', '/sources/0/form/separator maxLength'],
  ['sources.0.form.header', false, '/sources/0/form additionalProperties'],
  ['sources.0.form.format', 'xml', '/sources/0/form/format const'],
  ['sources.0.columns', [], '/sources/0/columns minItems'],
  ['sources.0.columns.0.type', 'text', '/sources/0/columns/0/type pattern'],
  [
    'sources.0.columns.0.type',
    'decimal(39,2)',
    '/sources/0/columns/0/type pattern',
  ],
  ['sources.0.columns.0.size', 8, '/sources/0/columns/0 additionalProperties'],
  ['sources.1.watermark', undefined, '/sources/1 required'],
  ['sources.1.from.secret', undefined, '/sources/1/from required'],
  ['sources.1.from.password', 'x', '/sources/1/from additionalProperties'],
  ['sources.1.from.read', 'lambda', '/sources/1/from/read enum'],
  ['sources.1.from.connections', 0, '/sources/1/from/connections minimum'],
  ['sources.2.from', undefined, '/sources/2 required'],
  ['sources.2.from.forEach.column', undefined, '/sources/2/from/forEach oneOf'],
  ['sources.3.from.parameters', {}, '/sources/3/from additionalProperties'],
  ['tables.0.mode', 'append', '/tables/0/mode enum'],
  ['tables.0.partitionBy', {}, '/tables/0/partitionBy minProperties'],
  [
    'tables.0.partitionBy.ordered_on',
    'day',
    '/tables/0/partitionBy/ordered_on enum',
  ],
  ['tables.0.newest', 'ordered_on', '/tables/0/newest false schema'],
  ['tables.1.key', [], '/tables/1/key minItems'],
  [
    'tables.2.partitionBy',
    { state: 'date' },
    '/tables/2/partitionBy maxProperties',
  ],
  ['tables.2.sql', 'SELECT 1', '/tables/2/sql type'],
  ['tables.2.sql.text', undefined, '/tables/2/sql required'],
  ['tables.2.sql.trino', 'SELECT 1', '/tables/2/sql additionalProperties'],
  ['checks.0.severity', 'error', '/checks/0/severity enum'],
  ['checks.0.rule.kind', 'distinct', '/checks/0/rule/kind enum'],
  ['checks.0.rule.columns', [], '/checks/0/rule/columns minItems'],
  ['checks.2.rule.values', [null], '/checks/2/rule/values/0 type'],
  ['checks.4.rule.values', [1], '/checks/4/rule additionalProperties'],
  ['checks.7.rule.maxDrop', 50, '/checks/7/rule/maxDrop maximum'],
  ['queries.0.name', 'Best of', '/queries/0/name pattern'],
  ['dashboard.0.chart', 'radar', '/dashboard/0/chart enum'],
  ['dashboard.0.top', 0, '/dashboard/0/top minimum'],
  ['dashboard.0.sql', 'by_state', '/dashboard/0/sql type'],
  ['dashboard.0.color', 'red', '/dashboard/0 additionalProperties'],
])('%s = %j is refused', (place, value, error) => {
  expect(validate(changed(place, value))).toBe(false);
  expect(
    validate.errors?.map((e) => `${e.instancePath} ${e.keyword}`),
  ).toContain(error);
});
