import type { Relation } from './relation.ts';

/** A database that gets a copy of the tables, after they are published. */
export interface Destination {
  readonly kind: 'postgres';
  /** The name of the secret that holds host, user and password. */
  readonly secret: string;
  /** Default: the pipeline's name. */
  readonly schema?: string;
  /** By name; default: all of the pipeline. */
  readonly tables?: readonly string[];
}

/**
 * Loads published tables into PostgreSQL.
 * @example postgres({ secret: 'crime/warehouse', tables: [unsolvedByType] })
 */
export const postgres = (options: {
  readonly secret: string;
  readonly schema?: string;
  readonly tables?: readonly Relation[];
}): Destination => ({
  kind: 'postgres',
  secret: options.secret,
  ...(options.schema !== undefined && { schema: options.schema }),
  ...(options.tables && { tables: options.tables.map(({ name }) => name) }),
});
