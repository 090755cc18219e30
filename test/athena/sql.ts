/** A column of the lake: `type` is the catalog's, such as `string`. */
export type Column = { name: string; type: string };

const SAME = new Set(['bigint', 'double', 'boolean', 'date']);
const MAPPED: Record<string, string> = {
  string: 'varchar',
  int: 'integer',
  timestamp: 'timestamp(3)',
};

/** Gives Trino's name of a lake type. Throws on an unknown one. */
export function trinoType(type: string): string {
  const decimal = /^decimal\(\s*\d+\s*,\s*\d+\s*\)$/.test(type);
  const mapped = SAME.has(type) || decimal ? type : MAPPED[type];
  if (mapped === undefined) throw new Error(`Unknown column type: ${type}`);
  return mapped;
}

/** Quotes a name for SQL; Trino lower-cases it even so. */
export const ident = (name: string): string =>
  `"${name.replaceAll('"', '""')}"`;

/** Quotes a text for SQL. */
export const literal = (text: string): string =>
  `'${text.replaceAll("'", "''")}'`;

/** Gives an SQL array of texts. */
export const array = (texts: readonly string[]): string =>
  `ARRAY[${texts.map(literal).join(', ')}]`;

/** Trino's URI for an absolute path; the path stands in it as it is. */
export const uri = (path: string): string => `local://${path}`;
