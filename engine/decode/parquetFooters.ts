import type { PlanSource } from '../../core/plan.ts';
import type { Database } from '../database.ts';
import { inputName } from './checkNames.ts';
import type { Bounds } from './columnSql.ts';
import type { DictionaryType } from './parquetDictionaries.ts';

/** What the footers of Parquet files tell of a source's columns. */
export interface Footers {
  /** The least and the greatest number, where every row group states them. */
  readonly bounds: ReadonlyMap<string, Bounds>;
  /** Columns that every row group writes by a dictionary, by their names. */
  readonly repeating: ReadonlyMap<string, DictionaryType>;
}

/**
 * @param paths the files, as a list in SQL.
 * @param types the engine's type of each column of the files.
 */
export const readFooters = async (
  db: Database,
  source: PlanSource,
  paths: string,
  types: ReadonlyMap<string, string>,
): Promise<Footers> => {
  const number = (stat: string) => `TRY_CAST(stats_${stat}_value AS DOUBLE)`;
  const rows = await db.rows(
    `SELECT path_in_schema AS name, min(${number('min')}) AS low, ` +
      `max(${number('max')}) AS high, ` +
      `bool_and(${number('min')} IS NOT NULL AND ` +
      `${number('max')} IS NOT NULL) AS bounded, ` +
      "bool_and(encodings LIKE '%DICTIONARY%') AS repeating " +
      `FROM parquet_metadata(${paths}) GROUP BY name`,
  );
  const found = new Map(rows.map((row) => [String(row.name), row]));
  const bounds = source.columns.flatMap((column) => {
    const name = inputName(column);
    const { bounded, low, high } = found.get(name) ?? {};
    // Text is ordered as text: "10" lies before "9".
    return bounded && types.get(name) !== 'VARCHAR'
      ? [[column.name, [Number(low), Number(high)] as const] as const]
      : [];
  });
  const repeating = source.columns.flatMap((column) => {
    const name = inputName(column);
    const type = types.get(name);
    return found.get(name)?.repeating &&
      (type === 'VARCHAR' || type === 'DOUBLE')
      ? [[column.name, type] as const]
      : [];
  });
  return { bounds: new Map(bounds), repeating: new Map(repeating) };
};
