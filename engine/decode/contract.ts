import type { PlanColumn, PlanSource } from '../../core/plan.ts';
import type { SchemaDifference } from '../output.ts';
import { compareNames, inputName } from './checkNames.ts';

/** Holds the columns found in a source's files against those declared. */
export interface ContractWatch {
  /**
   * @param names the columns found in a file.
   * @throws SourceError where the source's contract does not allow them.
   */
  readonly check: (names: readonly string[], file: string) => void;
  /** What differs, by column. */
  readonly differences: () => SchemaDifference[];
}

/** The columns without which a row cannot be told or placed. */
const needed = ({ oneRowPer, period, watermark }: PlanSource): Set<string> =>
  new Set(
    [...(oneRowPer?.key ?? []), oneRowPer?.newest, period, watermark].filter(
      (name) => name !== undefined,
    ),
  );

/**
 * Watches over the contract of a source: `freeze` allows no difference,
 * `discard` columns that are not declared, `evolve` missing ones as well.
 */
export const watchContract = (source: PlanSource): ContractWatch => {
  const found = new Map<string, SchemaDifference>();
  const isNeeded = (name: string) => {
    const names = needed(source);
    return source.columns.some(
      (column: PlanColumn) =>
        inputName(column) === name && names.has(column.name),
    );
  };
  const note = (
    change: SchemaDifference['change'],
    columns: readonly string[],
    file: string,
  ) => {
    for (const column of columns) {
      const key = `${change} ${column}`;
      const before = found.get(key);
      found.set(key, {
        column,
        change,
        file: before?.file ?? file,
        files: (before?.files ?? 0) + 1,
      });
    }
  };
  return {
    check: (names, file) => {
      const { added, missing } = compareNames(source, names, file, isNeeded);
      note('added', added, file);
      note('missing', missing, file);
    },
    differences: () => [...found.values()],
  };
};
