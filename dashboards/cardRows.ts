/** The answer to a card's SELECT: numbers may be texts, as big ones are. */
export interface CardRows {
  readonly columns: readonly { readonly name: string; readonly type: string }[];
  readonly rows: readonly (readonly unknown[])[];
}

/** A row by the names of its columns. */
export type CardRow = Readonly<Record<string, unknown>>;

export const records = ({ columns, rows }: CardRows): CardRow[] =>
  rows.map((row) =>
    Object.fromEntries(columns.map(({ name }, i) => [name, row[i]])),
  );

/** NULL stays unknown, and is never 0. */
export const numberOf = (value: unknown): number | null =>
  value === null || value === undefined ? null : Number(value);

export const textOf = (value: unknown): string =>
  value === null || value === undefined ? 'unknown' : String(value);

export const isTime = (rows: CardRows, column: string | undefined): boolean =>
  /^(DATE|TIMESTAMP)/.test(
    rows.columns.find(({ name }) => name === column)?.type ?? '',
  );

/** A day or moment as ISO 8601 in UTC. */
export const isoOf = (value: unknown): string | null => {
  if (value === null || value === undefined) return null;
  const [day, time] = String(value).split(' ');
  return `${day}T${time ?? '00:00:00'}Z`;
};

/** `loan_category` as a person writes it. */
export const words = (column = ''): string => {
  const text = column.replaceAll('_', ' ');
  return text.charAt(0).toUpperCase() + text.slice(1);
};
