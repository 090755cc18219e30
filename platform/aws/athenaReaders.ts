import type { PublishedPiece, Readers } from '../ports.ts';
import type { AthenaAnswer } from './athenaQuery.ts';
import type { AwsSettings } from './settings.ts';

export interface AthenaReadersOptions {
  readonly ask: (sql: string) => Promise<AthenaAnswer>;
  readonly settings: Pick<AwsSettings, 'databasePrefix'>;
}

const ident = (name: string): string => `"${name.replaceAll('"', '""')}"`;

/** A value of a partition as its column has it, so that others are not read. */
const literal = (
  { columns }: PublishedPiece,
  column: string,
  value: string,
): string => {
  const type = columns.find(({ name }) => name === column)?.type ?? 'string';
  if (type === 'int' || type === 'bigint') return String(BigInt(value));
  const text = `'${value.replaceAll("'", "''")}'`;
  return type === 'date' ? `DATE ${text}` : text;
};

const countSql = (
  database: string,
  piece: PublishedPiece,
  at: number,
): string => {
  const where = Object.entries(piece.values)
    .map(
      ([column, value]) =>
        `${ident(column)} = ${literal(piece, column, value)}`,
    )
    .join(' AND ');
  return (
    `SELECT ${at} AS piece, count(*) AS found ` +
    `FROM ${ident(database)}.${ident(piece.table)}` +
    (where && ` WHERE ${where}`)
  );
};

/**
 * Readers by Athena, by the pointers of Glue. All that is asked is one query: a
 * query is billed as 10 MB, and counting reads no more than footers.
 */
export const athenaReaders = ({
  ask,
  settings,
}: AthenaReadersOptions): Readers => ({
  count: async (database, pieces) => {
    const name = `${settings.databasePrefix}${database}`;
    const { rows, scannedBytes } = await ask(
      pieces.map((piece, at) => countSql(name, piece, at)).join(' UNION ALL '),
    );
    const found = new Map(
      rows.map(([piece, count]) => [Number(piece), Number(count)]),
    );
    return {
      rows: pieces.map((_, at) => found.get(at) ?? 0),
      scans: [scannedBytes],
    };
  },
});
