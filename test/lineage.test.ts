import { join } from 'node:path';
import {
  type Field,
  type PlanLineage,
  rowOrigins,
  valueOrigins,
} from '../core/lineage.ts';
import { periodOf } from '../core/period.ts';
import type { Plan, PlanColumn } from '../core/plan.ts';
import { type Database, openDatabase } from '../engine/database.ts';
import { prepareSource } from '../engine/decode/prepareSource.ts';
import { planLineage } from '../engine/lineage/planLineage.ts';
import { runRelation } from '../engine/runEngine.ts';
import { ident } from '../engine/sql.ts';
import { readManifest } from '../functions/fetch/manifest.ts';
import { testLakes } from './support/testLake.ts';

/**
 * The proof of lineage is by experiment: change the values of one column of a
 * source, make everything again, and see which columns have other values.
 */

const newLake = testLakes();

interface Laboratory {
  readonly db: Database;
  readonly plan: Plan;
  readonly lineage: PlanLineage;
}

/** The sources of a pipeline's sample as tables `kept.<source>`. */
const laboratory = async (pipeline: string): Promise<Laboratory> => {
  const { platform, run, lake } = await newLake();
  const { ledger } = await run(pipeline);
  if (!ledger) throw new Error(`${pipeline} did not run`);
  const plan = await platform.definitions.plan(pipeline);
  const period = periodOf(plan.period, ledger.date);
  const db = await openDatabase({ spillDir: join(lake, '..', 'spill') });
  const of = { run: ledger.run, date: ledger.date, period };
  await db.run(`CREATE TEMP VIEW run AS ${runRelation(of)}`);
  // For many statements over few rows.
  await db.run('SET threads = 1');
  await db.run('CREATE SCHEMA kept');
  for (const source of plan.sources) {
    const folder = `landing/${pipeline}/${source.name}/`;
    const [key = ''] = (await platform.store.list(folder)).filter((name) =>
      name.endsWith('manifest.json'),
    );
    const { files } = await readManifest(platform, key);
    const landed = await Promise.all(
      files.map(async (file) => ({
        ...file,
        local: await platform.store.local(file.key),
      })),
    );
    const workDir = join(lake, '..');
    await prepareSource(db, source, landed, {
      period,
      checks: plan.checks,
      workDir,
    });
    const columns = source.columns.map(({ name }) => ident(name)).join(', ');
    const name = ident(source.name);
    await db.run(`CREATE TABLE kept.${name} AS SELECT ${columns} FROM ${name}`);
    await db.run(`DROP VIEW ${name}`).catch(() => db.run(`DROP TABLE ${name}`));
    await db.run(`CREATE TEMP VIEW ${name} AS FROM kept.${name}`);
  }
  return {
    db,
    plan,
    lineage: await planLineage(plan, join(lake, '..', 'spill')),
  };
};

type Digests = Readonly<Record<string, string>>;

/** By `<relation>.<column>`: a digest of the values, in no order. */
const digestsOf = async (
  db: Database,
  relation: string,
  from: string,
  columns: readonly string[],
): Promise<Digests> => {
  const digests = columns.map(
    (column, i) =>
      `md5(string_agg(coalesce(CAST(${ident(column)} AS VARCHAR), '␀'), '|' ` +
      `ORDER BY CAST(${ident(column)} AS VARCHAR))) AS c${i}`,
  );
  const row = await db.row(`SELECT ${digests.join(', ')} FROM ${from}`);
  return Object.fromEntries(
    columns.map((column, i) => [`${relation}.${column}`, String(row[`c${i}`])]),
  );
};

/**
 * Makes the tables and asks the queries and cards that read a source, or a
 * table that reads it: the engine says so, not what is to be proved.
 */
const makeAll = async (
  { db, plan, lineage }: Laboratory,
  source?: string,
): Promise<Digests> => {
  const texts = new Map([
    ...plan.tables.map(({ name, sql }) => [`table ${name}`, sql.text] as const),
    ...plan.queries.map(
      ({ name, sql }) => [`query ${name}`, sql.text] as const,
    ),
    ...plan.dashboard.map(
      ({ title, sql }) => [`card ${title}`, sql.text] as const,
    ),
  ]);
  const all: Record<string, string> = {};
  const moved = new Set([source]);
  for (const { kind, name, columns } of lineage.relations) {
    if (kind === 'source') continue;
    const text = texts.get(`${kind} ${name}`) ?? '';
    const reads = db.connection.getTableNames(text, false);
    if (source && !reads.some((read) => moved.has(read))) continue;
    if (kind === 'table') moved.add(name);
    const table = kind === 'table' ? ident(name) : '_answer';
    await db.run(`CREATE OR REPLACE TEMP TABLE ${table} AS ${text}`);
    const names = columns.map(({ column }) => column);
    Object.assign(all, await digestsOf(db, `${kind} ${name}`, table, names));
  }
  return all;
};

/** Other values of the type: all changed, all gone, and given to others. */
const mutations = ({ name, type }: PlanColumn): string[] => {
  const column = ident(name);
  const other =
    type === 'string'
      ? `reverse(${column}) || 'x'`
      : type === 'boolean'
        ? `NOT ${column}`
        : type === 'date' || type === 'timestamp'
          ? `CAST(${column} + INTERVAL 40 DAY AS ${type})`
          : `${column} + 1`;
  return [
    other,
    `CAST(NULL AS ${type === 'string' ? 'VARCHAR' : type})`,
    `coalesce(lag(${column}) OVER (ORDER BY rowid), last(${column}) OVER ())`,
  ];
};

/** The columns that have other values after any of the mutations. */
const affectedBy = async (
  lab: Laboratory,
  source: string,
  column: PlanColumn,
  before: Digests,
): Promise<Set<string>> => {
  const { db } = lab;
  const affected = new Set<string>();
  const view = (select: string) =>
    db.run(`CREATE OR REPLACE TEMP VIEW ${ident(source)} AS ${select}`);
  for (const expression of mutations(column)) {
    await db.run('BEGIN');
    await view(
      `SELECT * REPLACE (${expression} AS ${ident(column.name)}) ` +
        `FROM kept.${ident(source)}`,
    );
    const after = await makeAll(lab, source).catch((error: Error) => {
      // Such as a text in place of the number that a SELECT casts it to.
      if (/^Conversion Error/.test(error.message)) return before;
      throw error;
    });
    await db.run('ROLLBACK');
    for (const [name, digest] of Object.entries(after))
      if (digest !== before[name]) affected.add(name);
  }
  return affected;
};

const has = (fields: readonly Field[], relation: string, column: string) =>
  fields.some((f) => f.relation === relation && f.column === column);

/** What lineage says of one source column: whose values, and whose rows. */
const told = ({ lineage }: Laboratory, source: string, column: string) => {
  const values = new Set<string>();
  const rows = new Set<string>();
  for (const relation of lineage.relations) {
    if (relation.kind === 'source') continue;
    // What decides over the records of a source was decided before.
    const decided = rowOrigins(
      {
        ...lineage,
        relations: lineage.relations.map((one) =>
          one.kind === 'source' ? { ...one, rows: [] } : one,
        ),
      },
      relation,
    );
    for (const made of relation.columns) {
      const name = `${relation.kind} ${relation.name}.${made.column}`;
      if (has(valueOrigins(lineage, made), source, column)) values.add(name);
      if (has(decided, source, column)) rows.add(name);
    }
  }
  return { values, rows };
};

test.each(['arrivals', 'banks', 'crime', 'loans', 'songs'])(
  '%s: changing a source column changes just the columns that lineage names',
  async (pipeline) => {
    const lab = await laboratory(pipeline);
    const before = await makeAll(lab);
    expect(await makeAll(lab)).toEqual(before);
    const unnamed: string[] = [];
    const idle: string[] = [];
    let named = 0;
    for (const source of lab.plan.sources)
      for (const column of source.columns) {
        const affected = await affectedBy(lab, source.name, column, before);
        const { values, rows } = told(lab, source.name, column.name);
        const from = `${source.name}.${column.name}`;
        for (const name of affected)
          if (!values.has(name) && !rows.has(name))
            unnamed.push(`${from} changes ${name}`);
        named += values.size;
        for (const name of values)
          if (!affected.has(name)) idle.push(`${from} does not change ${name}`);
      }
    lab.db.close();
    expect({ unnamed, idle }).toEqual({ unnamed: [], idle: [] });
    expect(named).toBeGreaterThan(10);
  },
  120_000,
);
