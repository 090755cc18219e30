import type { SchemaDifference } from '../output.ts';
import type { Bounds } from './columnSql.ts';

/** A record that did not become a row, with its place and its raw text. */
export interface Reject {
  readonly path: string;
  readonly line: number;
  readonly reason: string;
  readonly column?: string;
  readonly raw: string;
}

/** Finds the place and the raw text of rows by their `_row`. */
export type Locate = (
  rows: readonly bigint[],
) => Promise<Map<bigint, Omit<Reject, 'reason'>>>;

/** A source's landed records as a relation of typed rows. */
export interface Decoded {
  /**
   * The relation: the declared columns, `_row` (a number that sorts as path
   * and line do), `_bad` and `_value`.
   */
  readonly relation: string;
  /** An aggregate that is true where no row has `_bad`, if there is one. */
  readonly allGood?: string | undefined;
  /** The least and the greatest input by column, where they are known. */
  readonly bounds?: ReadonlyMap<string, Bounds>;
  /** Columns whose texts are few, and come by a file's dictionary. */
  readonly fewTexts?: readonly string[];
  /** Records that the reader itself could not take apart. */
  readonly broken: readonly Reject[];
  readonly locate: Locate;
  /** Whether it does so by another connection, beside what comes next. */
  readonly locatesBeside?: boolean;
  /** Where the files' columns differ from those declared. */
  readonly schema: readonly SchemaDifference[];
}
