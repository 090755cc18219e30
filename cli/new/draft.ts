import type { ColumnType } from '../../core/column.ts';
import { UsageError } from '../../core/errors.ts';
import type { PeriodKind } from '../../core/period.ts';
import type { SourceKind } from '../../core/source.ts';

/** A column of a pipeline that is to be written. */
export interface DraftColumn {
  readonly name: string;
  readonly type: ColumnType;
  /** Its options as TypeScript, such as `from: 'Order Id'`. */
  readonly options?: readonly string[];
}

/** What a source of a kind is, and a sample of it with its right rows. */
export interface DraftInput {
  readonly kind: SourceKind;
  readonly files: string;
  /** What else the source declares, as TypeScript: `separator: ';'`. */
  readonly options: readonly string[];
  /** The same within `recording`, for a MySQL table. */
  readonly recording?: readonly string[];
  readonly columns: readonly DraftColumn[];
  readonly key: readonly string[];
  /** The column whose greatest value wins, where rows are merged by key. */
  readonly newest?: string;
  /** By path below `sample/`: what the file holds. */
  readonly sample: Readonly<Record<string, string | Uint8Array>>;
  /** Members of the file that no column can hold: lists and structures. */
  readonly leftOut?: readonly string[];
  /** The rows that the sample gives, null for what is missing. */
  readonly rows: readonly (readonly (string | null)[])[];
}

export interface Draft extends DraftInput {
  readonly name: string;
  readonly title: string;
  readonly period: PeriodKind;
  /** The sample's logical date. */
  readonly date: string;
}

const RESERVED = new Set(['run', 'ops', 'main', 'information_schema']);

/** @throws UsageError where a pipeline cannot have such a name. */
export const requireName = (name: string): string => {
  if (!/^[a-z][a-z0-9_]*$/.test(name) || RESERVED.has(name))
    throw new UsageError(
      `"${name}" cannot name a pipeline: use lower case letters, digits and ` +
        `_, and not ${[...RESERVED].join(', ')}`,
    );
  return name;
};

/**
 * Names of columns out of those in a file: lower case, each once, and no words
 * that SQL has for itself.
 */
export const columnNames = (
  found: readonly string[],
  words: ReadonlySet<string> = new Set(),
): string[] => {
  const taken = new Set<string>();
  return found.map((text, i) => {
    const plain = text
      .replaceAll('ß', 'ss')
      .normalize('NFKD')
      .replace(/\p{M}/gu, '')
      .toLowerCase()
      .replace(/[^a-z0-9]+/g, '_')
      .replace(/^_+|_+$/g, '');
    const named = /^[a-z]/.test(plain) ? plain : `column_${plain || i + 1}`;
    const base = words.has(named) ? `${named}_value` : named;
    let name = base;
    for (let n = 2; taken.has(name); n++) name = `${base}_${n}`;
    taken.add(name);
    return name;
  });
};

/** A text as it is written in TypeScript. */
export const quoted = (text: string): string =>
  text.includes("'") && !text.includes('"')
    ? JSON.stringify(text)
    : `'${JSON.stringify(text).slice(1, -1).replaceAll('\\"', '"').replaceAll("'", "\\'")}'`;
