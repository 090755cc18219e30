import { mkdtemp, open, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ColumnType } from '../../core/column.ts';
import { UsageError } from '../../core/errors.ts';
import type { Database } from '../../engine/database.ts';
import { scanCsv } from '../../engine/records/scanCsv.ts';
import { ident, text } from '../../engine/sql.ts';
import { columnNames, type DraftInput, quoted } from './draft.ts';
import {
  keyOf,
  reservedWords,
  SAMPLE,
  sampleNames,
  typeOf,
} from './sniffed.ts';

/** strptime's letters in those of Java, as definitions write them. */
const LETTERS: Readonly<Record<string, string>> = {
  '%Y': 'yyyy',
  '%m': 'MM',
  '%d': 'dd',
  '%H': 'HH',
  '%I': 'hh',
  '%M': 'mm',
  '%S': 'ss',
  '%p': 'a',
};

const javaFormat = (strptime: string): string =>
  strptime.replace(/%./g, (letter) => LETTERS[letter] ?? letter);

const ISO_TIME = '%Y-%m-%d %H:%M:%S';

interface Dialect {
  readonly separator: string;
  readonly quote: string;
  readonly dateFormat: string;
  readonly timestampFormat: string;
  readonly columns: readonly { readonly name: string; readonly type: string }[];
}

const dialectOf = async (db: Database, file: string): Promise<Dialect> => {
  const found = await db.row(
    'SELECT Delimiter AS d, Quote AS q, HasHeader AS h, DateFormat AS df, ' +
      'TimestampFormat AS tf, list_transform(Columns, lambda c: c.name) AS n, ' +
      'list_transform(Columns, lambda c: c.type) AS t ' +
      `FROM sniff_csv(${text(file)}, header = true)`,
  );
  const names = found.n as string[];
  const types = found.t as string[];
  const given = (value: unknown) =>
    value === null || value === '(empty)' || value === '\0' ? '' : `${value}`;
  return {
    separator: `${found.d}`,
    quote: given(found.q) || '"',
    dateFormat: given(found.df),
    timestampFormat: given(found.tf),
    columns: names.map((name, i) => ({ name, type: types[i] ?? 'VARCHAR' })),
  };
};

/** The header and the first records, as they are. */
const firstRecords = async (
  bytes: Buffer,
  { separator, quote }: Dialect,
): Promise<Buffer> => {
  const ends: number[] = [];
  await scanCsv([bytes], { separator, quote }, (_, __, end) => ends.push(end));
  return bytes.subarray(0, (ends[SAMPLE] ?? bytes.length) + 1);
};

/** Enough of a file to know its form; whole records of it. */
const SNIFFED = 16 << 20;

const readBeginning = async (file: string): Promise<Buffer> => {
  const handle = await open(file);
  try {
    const bytes = Buffer.alloc(SNIFFED);
    const { bytesRead } = await handle.read(bytes, 0, SNIFFED, 0);
    const whole = bytesRead < SNIFFED ? bytesRead : bytes.lastIndexOf(10) + 1;
    return bytes.subarray(0, whole);
  } finally {
    await handle.close();
  }
};

const isUtf8 = (bytes: Buffer): boolean => {
  try {
    new TextDecoder('utf-8', { fatal: true }).decode(bytes);
    return true;
  } catch {
    return false;
  }
};

const optionsOf = (
  type: ColumnType,
  name: string,
  from: string,
  dialect: Dialect,
): string[] => {
  const format =
    type === 'date'
      ? dialect.dateFormat
      : type === 'timestamp'
        ? dialect.timestampFormat
        : '';
  const isIso = ['', '%Y-%m-%d', ISO_TIME].includes(format);
  return [
    ...(from.trim() === name ? [] : [`from: ${quoted(from.trim())}`]),
    ...(isIso ? [] : [`format: ${quoted(javaFormat(format))}`]),
  ];
};

/** Texts that a value of the type would not give back as they are. */
const notPlain = (type: string): string | undefined => {
  // Leading zeros: a code, and no number.
  if (/INT$|^INTEGER$/.test(type)) return '^\\s*-?0\\d';
  if (type === 'DOUBLE') return '^\\s*-?(0\\d|\\d{16,}\\s*$)';
  return undefined;
};

/** Columns that are texts, whatever they look like. */
const textsIn = async (db: Database, file: string, dialect: Dialect) => {
  const { columns, timestampFormat } = dialect;
  const isIso = timestampFormat === '' || timestampFormat === ISO_TIME;
  const tests = columns.map(({ name, type }, i) => {
    const pattern = notPlain(type);
    const value = `trim(${ident(name)})`;
    const plain = "'^\\d{4}-\\d\\d-\\d\\d \\d\\d:\\d\\d:\\d\\d$'";
    const test =
      pattern !== undefined
        ? `bool_or(regexp_matches(${value}, '${pattern}'))`
        : type === 'TIMESTAMP' && isIso
          ? `bool_or(${value} <> '' AND NOT regexp_matches(${value}, ${plain}))`
          : 'false';
    return `coalesce(${test}, false) AS c${i}`;
  });
  const row = await db.row(
    `SELECT ${tests.join()} FROM read_csv(${text(file)}, header = true, all_varchar = true)`,
  );
  return columns.map((_, i) => row[`c${i}`] === true);
};

/**
 * The names in the header as they are: of a line that ends in a separator the
 * last one is empty.
 * @throws UsageError for a name that occurs twice.
 */
const headerOf = async (
  db: Database,
  local: string,
  { separator, quote }: Dialect,
): Promise<string[]> => {
  const [header] = await db.rows(
    `SELECT list_transform([*COLUMNS(*)], lambda v: trim(coalesce(v, ''))) AS names ` +
      `FROM read_csv(${text(local)}, header = false, all_varchar = true, ` +
      `delim = ${text(separator)}, quote = ${text(quote)}) LIMIT 1`,
  );
  const names = (header?.names ?? []) as string[];
  const twice = names.find((name, i) => names.indexOf(name) < i);
  if (twice !== undefined)
    throw new UsageError(
      `the header has "${twice}" more than once: name its columns apart first`,
    );
  return names;
};

const readInUtf8 = async (db: Database, file: string, local: string) => {
  const sniffed = await dialectOf(db, local);
  const header = await headerOf(db, local, sniffed);
  const dialect = {
    ...sniffed,
    columns: sniffed.columns.filter((_, i) => header[i] !== ''),
  };
  const codes = await textsIn(db, local, dialect);
  const names = columnNames(
    dialect.columns.map(({ name }) => name),
    await reservedWords(db),
  );
  const columns = dialect.columns.map(({ name: from, type }, i) => {
    const found = codes[i] ? 'string' : (typeOf(type) ?? 'string');
    return {
      from,
      name: names[i] ?? '',
      type: found,
      duck: found === 'string' ? 'VARCHAR' : type,
    };
  });
  const types = columns.map(({ from, duck }) => `${text(from)}: '${duck}'`);
  const from =
    `read_csv(${text(local)}, header = true, delim = ${text(dialect.separator)}, ` +
    `quote = ${text(dialect.quote)}, types = {${types.join()}}` +
    `${dialect.dateFormat ? `, dateformat = ${text(dialect.dateFormat)}` : ''}` +
    `${dialect.timestampFormat ? `, timestampformat = ${text(dialect.timestampFormat)}` : ''})`;
  const values = columns.map(
    (c) => `nullif(trim(CAST(${ident(c.from)} AS VARCHAR)), '')`,
  );
  // A cast in the same statement would reach the reader, and give its texts.
  await db.run(
    `CREATE OR REPLACE TEMP TABLE sniffed AS SELECT * FROM ${from} LIMIT ${SAMPLE}`,
  );
  const rows = await db.rows(`SELECT [${values.join()}] AS v FROM sniffed`);
  if (rows.length === 0) throw new UsageError(`${file} has no record`);
  return {
    dialect,
    columns,
    hasEmptyName: header.includes(''),
    key: await keyOf(db, from, columns),
    rows: rows.map(({ v }) => v as (string | null)[]),
  };
};

/** Takes a CSV file's form, columns and first records. */
export const sniffCsv = async (
  db: Database,
  file: string,
): Promise<DraftInput> => {
  const bytes = await readBeginning(file);
  const encoding = isUtf8(bytes) ? 'utf-8' : 'windows-1252';
  const folder = await mkdtemp(join(tmpdir(), 'tributary-new-'));
  try {
    const local = join(folder, 'utf8.csv');
    await writeFile(local, new TextDecoder(encoding).decode(bytes));
    const { dialect, columns, hasEmptyName, key, rows } = await readInUtf8(
      db,
      file,
      local,
    );
    const { separator, quote } = dialect;
    const names = sampleNames(file);
    return {
      kind: 'csv',
      files: names.files,
      options: [
        ...(encoding === 'utf-8' ? [] : [`encoding: '${encoding}'`]),
        ...(separator === ',' ? [] : [`separator: ${quoted(separator)}`]),
        ...(quote === '"' ? [] : [`quote: ${quoted(quote)}`]),
        ...(hasEmptyName ? ["unused: ['']"] : []),
      ],
      columns: columns.map(({ name, type, from }) => ({
        name,
        type,
        options: optionsOf(type, name, from, dialect),
      })),
      key,
      rows,
      sample: { [names.sample]: await firstRecords(bytes, dialect) },
    };
  } finally {
    await rm(folder, { recursive: true });
  }
};
