import { closest } from 'fastest-levenshtein';
import { SourceError } from '../../core/errors.ts';
import type { PlanSource } from '../../core/plan.ts';

const normal = (name: string) => name.trim();

/** The input's name of a declared column. */
export const inputName = (column: {
  readonly name: string;
  readonly from?: string;
}): string => normal(column.from ?? column.name);

const quoted = (names: readonly string[]) =>
  names.map((name) => `"${name}"`).join(', ');

const missingFaults = (
  missing: readonly string[],
  added: readonly string[],
): string[] =>
  missing.map((name) => {
    const near = added.length > 0 ? closest(name, [...added]) : undefined;
    return (
      `column "${name}" is missing` +
      (near === undefined ? '' : ` (renamed to "${near}"?)`)
    );
  });

const addedFaults = (added: readonly string[]): string[] =>
  added.length === 0
    ? []
    : [
        `${added.length === 1 ? 'column' : 'columns'} ${quoted(added)} ` +
          `${added.length === 1 ? 'is' : 'are'} not declared: add to the ` +
          "source's columns, or to `unused`",
      ];

/**
 * Compares the names found in a file with those that the source declares.
 * @param isNeeded tells the input's names that no contract can do without.
 * @returns what differs, and the source's contract allows.
 * @throws SourceError that names what is missing, added and likely renamed.
 */
export const compareNames = (
  source: PlanSource,
  found: readonly string[],
  file: string,
  isNeeded: (name: string) => boolean,
): { readonly added: string[]; readonly missing: string[] } => {
  const { form, contract = 'freeze' } = source;
  const unused = 'unused' in form ? form.unused.map(normal) : [];
  const declared = source.columns
    .filter(({ origin }) => !origin)
    .map(inputName)
    .filter((name) => !name.startsWith('/'));
  const names = found.map(normal);
  const missing = declared.filter((name) => !names.includes(name));
  const known = new Set([...declared, ...unused, '']);
  const added = names.filter((name) => !known.has(name));
  const twice = names.filter(
    (name, i) => name !== '' && names.indexOf(name) !== i,
  );
  // A file that has none of the columns is another file.
  const isForeign = missing.length === declared.length;
  const refused = {
    added: contract === 'freeze' ? added : [],
    missing: missing.filter(
      (name) => contract !== 'evolve' || isForeign || isNeeded(name),
    ),
  };
  const faults = [
    ...missingFaults(refused.missing, added),
    ...addedFaults(refused.added),
    ...(twice.length > 0 ? [`${quoted(twice)} occurs twice`] : []),
  ];
  if (faults.length === 0) return { added, missing };
  const column = refused.missing[0] ?? refused.added[0] ?? twice[0];
  throw new SourceError(`${faults.join('; ')}. Found: ${quoted(names)}`, {
    source: source.name,
    file,
    ...(column !== undefined && { column }),
  });
};
