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

/**
 * Compares the names found in a file with those that the source declares.
 * @throws SourceError that names what is missing, added and likely renamed.
 */
export const checkNames = (
  source: PlanSource,
  found: readonly string[],
  file: string,
): void => {
  const form = source.form;
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
  const faults: string[] = [];
  for (const name of missing) {
    const near = added.length > 0 ? closest(name, [...added]) : undefined;
    faults.push(
      `column "${name}" is missing` +
        (near === undefined ? '' : ` (renamed to "${near}"?)`),
    );
  }
  if (added.length > 0)
    faults.push(
      `${added.length === 1 ? 'column' : 'columns'} ${quoted(added)} ` +
        `${added.length === 1 ? 'is' : 'are'} not declared: add to the ` +
        "source's columns, or to `unused`",
    );
  if (twice.length > 0) faults.push(`${quoted(twice)} occurs twice`);
  if (faults.length === 0) return;
  const column = missing[0] ?? added[0] ?? twice[0];
  throw new SourceError(`${faults.join('; ')}. Found: ${quoted(names)}`, {
    source: source.name,
    file,
    ...(column !== undefined && { column }),
  });
};
