import type { Column, Columns } from './column.ts';
import { type FolderOptions, folderFrom } from './folder.ts';
import {
  type ForEach,
  type HttpOptions,
  httpFrom,
  type Paging,
  type ReadPaging,
} from './http.ts';
import type { ColumnOf, ColumnOfType, Relation } from './relation.ts';

/** How much of its input a run sees. */
export type Scope = 'full' | 'period' | 'changes';

export type SourceKind =
  | 'csv'
  | 'json'
  | 'parquet'
  | 'rest'
  | 'mysql'
  | 'files'
  | 'values';

/**
 * What becomes of a difference between the columns of the input and those
 * declared. `freeze`: an error. `discard`: a column that is not declared is
 * left out. `evolve`: that, and a column that is missing is NULL.
 */
export type Contract = 'freeze' | 'discard' | 'evolve';

/** How bytes become records. */
export type Form =
  | {
      readonly format: 'csv';
      readonly encoding: 'utf-8' | 'windows-1252';
      readonly separator: string;
      readonly quote: string;
      /** Input columns that are known and not wanted. */
      readonly unused: readonly string[];
    }
  | {
      readonly format: 'json';
      /**
       * The member of each document that holds its records as an array; `null`
       * where each document is that array.
       */
      readonly records?: string | null;
      readonly unused: readonly string[];
    }
  | { readonly format: 'parquet'; readonly unused: readonly string[] }
  | { readonly format: 'values'; readonly block: string }
  | { readonly format: 'text' };

/** Which row stands for a key; ties go to the greatest (path, line). */
export interface OneRowPer {
  readonly key: readonly string[];
  readonly newest?: string;
}

/** The stand-in for a live source: other files, with a decode of their own. */
export interface Recording {
  readonly files: string;
  readonly form: Form;
  readonly columns?: Readonly<Record<string, Partial<Column>>>;
}

export interface Source<C extends Columns = Columns> extends Relation<C> {
  readonly kind: SourceKind;
  readonly scope: Scope;
  /** Where the live input is; `undefined` for files that a person drops. */
  readonly from?: Readonly<Record<string, unknown>>;
  readonly recording: Recording;
  /** How live input is decoded, where that differs from a recording. */
  readonly live?: Omit<Recording, 'files'>;
  /** The column, or with path tokens in `files` the path, names the period. */
  readonly period?: string;
  readonly watermark?: string;
  readonly keep?: string;
  readonly oneRowPer?: OneRowPer;
  /** The share of records that may fail to decode before the run fails. */
  readonly maxRejected: number;
  readonly contract?: Contract;
  readonly title?: string;
}

/** What every source may declare. */
export interface SourceOptions<C extends Columns> {
  readonly columns: C;
  readonly title?: string;
  /**
   * A glob below the source's folder. With scope `period` it may hold
   * `{yyyy}`, `{MM}` and `{dd}`.
   */
  readonly files: string;
  readonly scope?: Scope;
  /** With scope `period`: the date or timestamp column that must lie in it. */
  readonly period?: ColumnOfType<Relation<C>, 'date' | 'timestamp'>;
  /** An SQL condition on the columns; rows without it are dropped. */
  readonly keep?: string;
  readonly oneRowPer?: {
    readonly key: readonly ColumnOf<Relation<C>>[];
    readonly newest?: ColumnOf<Relation<C>>;
  };
  /** Default `freeze`; what it lets pass is in the ledger. */
  readonly contract?: Contract;
  /** Default 0.5: beyond it the declaration is wrong, not the rows. */
  readonly maxRejected?: number;
}

/** Files at addresses: nothing is added to them, as it is to pages of `rest`. */
interface FileOptions<P extends Paging> extends HttpOptions {
  readonly forEach?: Exclude<ForEach, { readonly source: Source }>;
  readonly paging?: P;
}

/** Where the live input is: at an address, or in a folder. */
type PlaceOptions<P extends Paging = Exclude<Paging, ReadPaging>> =
  | (FileOptions<P> & { readonly [K in keyof FolderOptions]?: undefined })
  | ({ readonly [K in keyof HttpOptions]?: undefined } & FolderOptions);

const placeFrom = (options: PlaceOptions<Paging>) =>
  options.url === undefined ? folderFrom(options) : httpFrom(options);

interface CsvForm {
  readonly encoding?: 'utf-8' | 'windows-1252';
  readonly separator?: string;
  readonly quote?: string;
  readonly unused?: readonly string[];
}

const csvForm = (options: CsvForm): Form => ({
  format: 'csv',
  encoding: options.encoding ?? 'utf-8',
  separator: options.separator ?? ',',
  quote: options.quote ?? '"',
  unused: options.unused ?? [],
});

const source = <const C extends Columns>(
  kind: SourceKind,
  name: string,
  options: SourceOptions<C>,
  form: Form,
  from?: Readonly<Record<string, unknown>>,
): Source<C> => ({
  kind,
  name,
  columns: options.columns,
  scope: options.scope ?? 'full',
  recording: { files: options.files, form },
  maxRejected: options.maxRejected ?? 0.5,
  ...(from && { from }),
  ...(options.contract && { contract: options.contract }),
  ...(options.title !== undefined && { title: options.title }),
  ...(options.period !== undefined && { period: options.period }),
  ...(options.keep !== undefined && { keep: options.keep }),
  ...(options.oneRowPer && { oneRowPer: options.oneRowPer }),
});

/** Decodes of columns that differ from those declared. */
type ColumnChanges<C extends Columns> = {
  readonly [K in keyof C]?: Omit<Partial<C[K]>, 'type'>;
};

/** Text in rows and separators, with a header. */
export const csv = <const C extends Columns>(
  name: string,
  options: SourceOptions<C> &
    CsvForm &
    PlaceOptions & {
      /** Where the live files differ from the recorded ones. */
      readonly live?: CsvForm & { readonly columns?: ColumnChanges<C> };
    },
): Source<C> => ({
  ...source('csv', name, options, csvForm(options), placeFrom(options)),
  ...(options.live && {
    live: {
      form: csvForm({ ...options, ...options.live }),
      columns: (options.live.columns ?? {}) as Recording['columns'] & {},
    },
  }),
});

/** JSON objects, one after the other, on one line each or on several. */
export const json = <const C extends Columns>(
  name: string,
  options: SourceOptions<C> &
    PlaceOptions<Paging> & { readonly unused?: readonly string[] },
): Source<C> =>
  source(
    'json',
    name,
    options,
    { format: 'json', unused: options.unused ?? [] },
    placeFrom(options),
  );

export const parquet = <const C extends Columns>(
  name: string,
  options: SourceOptions<C> &
    PlaceOptions & { readonly unused?: readonly string[] },
): Source<C> =>
  source(
    'parquet',
    name,
    options,
    { format: 'parquet', unused: options.unused ?? [] },
    placeFrom(options),
  );

/**
 * An HTTP API that answers with JSON pages: objects, or lists where `records`
 * is not given. A column whose `from` begins with `/` is read from the page, not
 * from the record.
 */
export const rest = <const C extends Columns, S extends Source>(
  name: string,
  options: SourceOptions<C> &
    HttpOptions<S> & {
      /** The member of a page that holds its records. Default: the page itself. */
      readonly records?: string;
      readonly unused?: readonly string[];
    },
): Source<C> =>
  source(
    'rest',
    name,
    options,
    {
      format: 'json',
      records: options.records ?? null,
      unused: options.unused ?? [],
    },
    httpFrom(options),
  );

/** Whole files, a record each: a string column without `from` is the text. */
export const files = <const C extends Columns>(
  name: string,
  options: SourceOptions<C> & PlaceOptions<Paging>,
): Source<C> =>
  source('files', name, options, { format: 'text' }, placeFrom(options));

/**
 * A value list of a SAS program: `code = 'label'` lines after `value NAME`, or
 * in a comment that begins with `NAME`. Columns come from `code` and `label`.
 */
export const values = <const C extends Columns>(
  name: string,
  options: SourceOptions<C> & PlaceOptions & { readonly block: string },
): Source<C> =>
  source(
    'values',
    name,
    options,
    { format: 'values', block: options.block },
    placeFrom(options),
  );

/**
 * A MySQL table, read by (watermark, key). It is recorded in another form,
 * here a CSV file, whose columns may decode otherwise.
 */
export const mysql = <const C extends Columns>(
  name: string,
  options: Omit<SourceOptions<C>, 'files' | 'period'> & {
    /** The name of the secret that holds host, user and password. */
    readonly secret: string;
    readonly table: string;
    readonly key: ColumnOf<Relation<C>>;
    readonly watermark: ColumnOfType<
      Relation<C>,
      'timestamp' | 'bigint' | 'date'
    >;
    /** How far below the watermark a run looks for late rows, in seconds. */
    readonly lookback?: number;
    /**
     * `job`: the Spark job reads a live table itself, being too large to land.
     * Recordings are read as ever, by either engine.
     */
    readonly read?: 'job';
    /** With `read: 'job'`: the parts that are read side by side. Default 8. */
    readonly connections?: number;
    readonly recording: CsvForm & {
      readonly files: string;
      readonly columns?: ColumnChanges<C>;
    };
  },
): Source<C> => ({
  ...source(
    'mysql',
    name,
    { ...options, files: options.recording.files } as SourceOptions<C>,
    csvForm(options.recording),
    {
      secret: options.secret,
      table: options.table,
      key: options.key,
      lookback: options.lookback ?? 0,
      ...(options.read && { read: options.read }),
      ...(options.connections !== undefined && {
        connections: options.connections,
      }),
    },
  ),
  scope: options.scope ?? 'changes',
  watermark: options.watermark,
  recording: {
    files: options.recording.files,
    form: csvForm(options.recording),
    ...(options.recording.columns && {
      columns: options.recording.columns as Record<string, Partial<Column>>,
    }),
  },
});
