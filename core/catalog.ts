import type { ColumnType } from './column.ts';
import type { TableMode } from './table.ts';

/** One immutable set of files; an unpartitioned table has exactly one. */
export interface Snapshot {
  /** Partition column to value as text; empty for an unpartitioned table. */
  readonly values: Readonly<Record<string, string>>;
  /** The folder below the lake, ending in `/`. */
  readonly location: string;
  readonly files: readonly string[];
  readonly run: string;
  /** The label of the period that the run was for. */
  readonly period: string;
  readonly rows: number;
  readonly bytes: number;
  /** Set where the input was the pipeline's own shipped sample. */
  readonly sample?: true;
}

/** What readers see of one table. */
export interface CatalogTable {
  readonly mode: TableMode;
  readonly columns: readonly {
    readonly name: string;
    readonly type: ColumnType;
  }[];
  readonly partitionBy: readonly string[];
  readonly partitions: readonly Snapshot[];
}

/** All tables of one pipeline, as one version. */
export interface CatalogState {
  readonly database: string;
  readonly version: number;
  /** The run (or rollback) that made this version. */
  readonly run: string;
  readonly tables: Readonly<Record<string, CatalogTable>>;
  /** By source: the greatest watermark that the published rows contain. */
  readonly watermarks: Readonly<Record<string, string>>;
}
