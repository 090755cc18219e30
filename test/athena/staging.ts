import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { periodOf } from '../../core/period.ts';
import type { Plan, PlanSource } from '../../core/plan.ts';
import { type Database, openDatabase } from '../../engine/database.ts';
import { prepareSource } from '../../engine/decode/prepareSource.ts';
import type { LandedFile } from '../../engine/input.ts';
import { runRelation } from '../../engine/runEngine.ts';
import { duckType, ident, text } from '../../engine/sql.ts';
import { readManifest } from '../../functions/fetch/manifest.ts';
import { keys } from '../../functions/shared/keys.ts';
import type { Ledger } from '../../functions/shared/ledger.ts';
import type { Platform } from '../../platform/ports.ts';
import { query } from './query.ts';
import type { Column } from './sql.ts';
import { createExternal } from './tables.ts';

/** The schema of what a pipeline's SELECTs read: sources, `run`, tables. */
export const stagingSchema = (pipeline: string): string =>
  `${pipeline}_staging`;

/** Ends the name of a source as it is before quarantine checks. */
export const UNJUDGED = '__unjudged';

const RUN_COLUMNS: readonly Column[] = [
  { name: 'run_id', type: 'string' },
  { name: 'run_date', type: 'date' },
  { name: 'period_first', type: 'date' },
  { name: 'period_last', type: 'date' },
  { name: 'run_year', type: 'int' },
  { name: 'run_month', type: 'int' },
];

const landedFiles = async (
  platform: Platform,
  { pipeline, date, run }: Ledger,
  source: string,
): Promise<LandedFile[]> => {
  const folder = keys.landing(pipeline, source, date, run);
  const { files } = await readManifest(platform, `${folder}manifest.json`);
  return Promise.all(
    files.map(async ({ path, key, offset, bytes, records }) => ({
      ...{ path, bytes, records, local: await platform.store.local(key) },
      ...(offset !== undefined && { offset }),
    })),
  );
};

/** The sources to decode: as they are used, and where needed as they came. */
const formsOf = ({ sources, checks }: Plan): PlanSource[] =>
  sources.flatMap((source) => {
    const isJudged = checks.some(
      ({ relation, severity }) =>
        relation === source.name && severity === 'quarantine',
    );
    const { oneRowPer: _, ...all } = source;
    const name = `${source.name}${UNJUDGED}`;
    return isJudged ? [source, { ...all, name }] : [source];
  });

/**
 * Decodes the sources of a run once more, as the engine did, and gives them,
 * the run's own row and the published tables to Trino in one schema.
 */
export async function stage(
  url: string,
  platform: Platform,
  plan: Plan,
  ledger: Ledger,
  folder: string,
): Promise<void> {
  const { pipeline } = plan;
  const schema = stagingSchema(pipeline);
  const period = periodOf(plan.period, ledger.period);
  const workDir = join(folder, 'work');
  await mkdir(workDir, { recursive: true });
  const db: Database = await openDatabase({ spillDir: join(folder, 'spill') });
  const give = async (name: string, columns: readonly Column[]) => {
    const location = join(folder, name);
    await mkdir(location);
    const list = columns.map(
      (column) =>
        `CAST(${ident(column.name)} AS ${duckType(column.type as never)}) ` +
        `AS ${ident(column.name)}`,
    );
    await db.run(
      `COPY (SELECT ${list.join(', ')} FROM ${ident(name)}) ` +
        `TO ${text(join(location, 'part-0.parquet'))} (FORMAT parquet)`,
    );
    await createExternal(url, schema, name, columns, location);
  };
  try {
    await db.run(
      `CREATE TEMP VIEW run AS ${runRelation({ ...ledger, period })}`,
    );
    await give('run', RUN_COLUMNS);
    for (const source of formsOf(plan)) {
      const name = source.name.replace(UNJUDGED, '');
      const files = await landedFiles(platform, ledger, name);
      const { checks } = plan;
      await prepareSource(db, source, files, { period, checks, workDir });
      await give(source.name, source.columns);
    }
  } finally {
    db.close();
  }
  for (const { name } of plan.tables)
    await query(
      url,
      `CREATE OR REPLACE VIEW ${ident(schema)}.${ident(name)} AS ` +
        `SELECT * FROM ${ident(pipeline)}.${ident(name)}`,
    );
}
