import type { CatalogTable } from '../core/catalog.ts';
import type { Period } from '../core/period.ts';
import type { Plan } from '../core/plan.ts';
import type { EngineLimits } from './database.ts';

/** A file of landed bytes on this machine. */
export interface LandedFile {
  /** Its path below the source's folder, as received: the records' origin. */
  readonly path: string;
  readonly local: string;
  /** Where the file is a part of a larger one: its place there, in bytes. */
  readonly offset?: number;
  readonly bytes: number;
  readonly records: number;
}

/** The published files of a table that this run merges into. */
export interface PublishedFiles extends Pick<CatalogTable, 'columns'> {
  readonly files: readonly string[];
  readonly rows: number;
  /** The label of the newest period that the files were made for. */
  readonly period: string;
}

/** All that the engine needs to know of one run. */
export interface EngineInput {
  readonly plan: Plan;
  readonly run: string;
  /** The logical date, `YYYY-MM-DD`. */
  readonly date: string;
  readonly period: Period;
  readonly sources: Readonly<Record<string, readonly LandedFile[]>>;
  readonly published: Readonly<Record<string, PublishedFiles>>;
  /** A folder for this run alone; tables and quarantine are written here. */
  readonly workDir: string;
  readonly limits: EngineLimits;
}
