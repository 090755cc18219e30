import type { Severity } from '../core/check.ts';

/** A column in which the input differs from the declaration. */
export interface SchemaDifference {
  /** Its name in the input. */
  readonly column: string;
  /** `added`: not declared, so left out; `missing`: declared, so NULL. */
  readonly change: 'added' | 'missing';
  /** The first file that differs in it… */
  readonly file: string;
  /** …and how many do, where it is known. */
  readonly files?: number;
}

/** landed = used + dropped + duplicates + quarantined. */
export interface SourceRows {
  readonly source: string;
  readonly files: number;
  readonly bytes: number;
  readonly landed: number;
  readonly used: number;
  readonly dropped: number;
  readonly duplicates: number;
  readonly quarantined: number;
  /** Quarantined records by reason. */
  readonly reasons: Readonly<Record<string, number>>;
  /** What its contract lets pass; absent where nothing differs. */
  readonly schema?: readonly SchemaDifference[];
  /** The greatest watermark among the used rows. */
  readonly watermark?: string;
  /** The file of rejected records below the work folder. */
  readonly rejects?: string;
}

export interface WrittenTable {
  readonly table: string;
  readonly rows: number;
  readonly bytes: number;
  /** Partition values, and files below the work folder. */
  readonly values: Readonly<Record<string, string>>;
  readonly files: readonly string[];
}

export interface CheckResult {
  readonly check: string;
  readonly relation: string;
  readonly severity: Severity;
  readonly passed: boolean;
  readonly badRows: number;
  /** What was found: the first bad rows, or the figure out of bounds. */
  readonly detail?: string;
}

export interface EngineOutput {
  readonly sources: readonly SourceRows[];
  readonly tables: readonly WrittenTable[];
  readonly checks: readonly CheckResult[];
}
