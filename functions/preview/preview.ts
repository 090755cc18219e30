import type { DefinitionChange } from '../../core/planChanges.ts';
import type { RowChanges } from '../../engine/compare/compareTable.ts';
import type { CheckResult, SourceRows } from '../../engine/output.ts';
import type { BrokenReader } from '../../engine/validate/brokenReaders.ts';

/** An amount before and after. */
export interface BeforeAfter {
  readonly before: number;
  readonly after: number;
}

/** What a run would make of one table. */
export interface TablePreview {
  readonly table: string;
  /**
   * `new`: not published yet; `kept`: a newer snapshot is published, so the run
   * would leave the table as it is; `same`: the same rows again.
   */
  readonly change: 'new' | 'changed' | 'same' | 'kept';
  readonly rows: BeforeAfter & RowChanges;
  readonly files: BeforeAfter;
  readonly bytes: BeforeAfter;
}

/** What a run of one pipeline would change against what is published. */
export interface Preview {
  readonly pipeline: string;
  /** The label of the period that the run would be for. */
  readonly period: string;
  /** Whether a run would change anything: definition, rows or readers. */
  readonly changes: boolean;
  /** The run whose definition is compared; none where nothing is published. */
  readonly published?: string;
  /** False where the published run's definition is gone from the lake. */
  readonly isDefinitionKnown: boolean;
  readonly definition: readonly DefinitionChange[];
  /** Empty without data. */
  readonly tables: readonly TablePreview[];
  readonly sources: readonly SourceRows[];
  /** The checks that did not pass. */
  readonly checks: readonly CheckResult[];
  readonly breaks: readonly BrokenReader[];
  /** Why the run would fail and publish nothing. */
  readonly fails?: { readonly name: string; readonly message: string };
}
