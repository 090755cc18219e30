import type { Plan } from '../../core/plan.ts';
import { openDatabase } from '../database.ts';

/** What one SELECT of a plan reads. */
export interface Reads {
  readonly kind: 'table' | 'card';
  readonly name: string;
  readonly reads: readonly string[];
}

/**
 * The relations that each table and card names, by the engine's parser alone:
 * quicker than the lineage of their columns.
 */
export const readNames = async (
  { tables, dashboard }: Plan,
  spillDir: string,
): Promise<Reads[]> => {
  const db = await openDatabase({ spillDir });
  const namesIn = (sql: string) => db.connection.getTableNames(sql, false);
  try {
    return [
      ...tables.map(({ name, sql }) => ({
        kind: 'table' as const,
        name,
        reads: namesIn(sql.text),
      })),
      ...dashboard.map(({ title, sql }) => ({
        kind: 'card' as const,
        name: title,
        reads: namesIn(sql.text),
      })),
    ];
  } finally {
    db.close();
  }
};
