import type { SourceKind } from '../../core/source.ts';
import { openDatabase } from '../../engine/database.ts';
import { copyTo } from './copyTo.ts';
import type { DraftColumn, DraftInput } from './draft.ts';

/** The kinds of source that a new pipeline may have, and what they are. */
export const KINDS: Readonly<Record<SourceKind, string>> = {
  csv: 'CSV files, or any text in rows with a header',
  json: 'JSON objects, one after the other',
  parquet: 'Parquet files',
  rest: 'an HTTP API that answers in JSON pages',
  mysql: 'a MySQL table, read by what changed',
  values: "a value list of a SAS program: code = 'label'",
  files: 'whole files, a record each',
};

const COLUMNS: readonly DraftColumn[] = [
  { name: 'id', type: 'int' },
  { name: 'sold_on', type: 'date' },
  { name: 'item', type: 'string' },
  { name: 'amount', type: 'decimal(10,2)' },
];
const ROWS = [
  ['1', '2024-03-30', 'apples', '12.50'],
  ['2', '2024-03-31', 'pears', '8.00'],
  ['3', '2024-03-31', null, '3.25'],
] as const;

const NAMES = COLUMNS.map(({ name }) => name);
const csvOf = (
  header: readonly string[],
  rows: readonly (readonly (string | null)[])[],
) =>
  [header, ...rows]
    .map((row) => `${row.map((v) => v ?? '').join()}\n`)
    .join('');

const objects = ROWS.map(([id, sold_on, item, amount]) => ({
  id: Number(id),
  sold_on,
  item,
  amount,
}));

const plain = { options: [], columns: COLUMNS, rows: ROWS, key: ['id'] };

const changing = (name: string): DraftInput => {
  const columns: readonly DraftColumn[] = [
    ...COLUMNS,
    { name: 'changed_at', type: 'timestamp' },
  ];
  const rows = ROWS.map((row) => [...row, '2024-03-31 12:00:00']);
  return {
    kind: 'mysql',
    files: `${name}.csv`,
    options: [
      `secret: '${name}/mysql'`,
      `table: '${name}'`,
      "key: 'id'",
      "watermark: 'changed_at'",
    ],
    recording: [],
    columns,
    rows,
    key: ['id'],
    newest: 'changed_at',
    sample: { [`${name}.csv`]: csvOf([...NAMES, 'changed_at'], rows) },
  };
};

const asParquet = async (): Promise<Uint8Array> => {
  const db = await openDatabase({ spillDir: '.' });
  const rows = ROWS.map(
    ([id, day, item, amount]) =>
      `(${id}::INTEGER, DATE '${day}', ${item === null ? 'NULL' : `'${item}'`}, ` +
      `${amount}::DECIMAL(10, 2))`,
  );
  try {
    const select = `SELECT * FROM (VALUES ${rows.join()}) AS v (${NAMES.join()})`;
    return await copyTo(db, select, 'parquet');
  } finally {
    db.close();
  }
};

/** A small input of each kind, and the rows that it must give. */
export const exampleOf = async (
  kind: SourceKind,
  name: string,
): Promise<DraftInput> => {
  switch (kind) {
    case 'csv':
      return {
        ...plain,
        kind,
        files: `${name}*.csv`,
        sample: { [`${name}.csv`]: csvOf(NAMES, ROWS) },
      };
    case 'json':
      return {
        ...plain,
        kind,
        files: `${name}*.json`,
        sample: {
          [`${name}.json`]: objects
            .map((o) => `${JSON.stringify(o)}\n`)
            .join(''),
        },
      };
    case 'parquet':
      return {
        ...plain,
        kind,
        files: `${name}*.parquet`,
        sample: { [`${name}.parquet`]: await asParquet() },
      };
    case 'rest':
      return {
        ...plain,
        kind,
        files: `${name}*.json`,
        options: [`url: 'https://api.example.org/${name}'`, "records: 'items'"],
        sample: {
          [`${name}-page-1.json`]: `${JSON.stringify({ items: objects })}\n`,
        },
      };
    case 'mysql':
      return changing(name);
    case 'values':
      return {
        kind,
        files: `${name}*.sas`,
        options: [`block: '${name}'`],
        columns: [
          { name: 'code', type: 'int' },
          { name: 'label', type: 'string' },
        ],
        key: ['code'],
        rows: [
          ['1', 'air'],
          ['2', 'sea'],
        ],
        sample: {
          [`${name}.sas`]: `value ${name}\n  1 = 'air'\n  2 = 'sea'\n;\n`,
        },
      };
    case 'files':
      return {
        kind,
        files: '*.txt',
        options: [],
        columns: [
          { name: 'path', type: 'string', options: ['originPath'] },
          { name: 'text', type: 'string' },
        ],
        key: ['path'],
        rows: [
          ['first.txt', 'A note.'],
          ['second.txt', 'Another one.'],
        ],
        sample: { 'first.txt': 'A note.', 'second.txt': 'Another one.' },
      };
  }
};
