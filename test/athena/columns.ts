/** A column of a result: `type` in the words of either engine or the lake. */
export type TypedColumn = { readonly name: string; readonly type: string };

const WHOLE = /^u?(tinyint|smallint|int|integer|bigint|hugeint)$/;

/** What a type is, whichever engine or catalog names it. */
export function kindOf(type: string): string {
  const name = type.toLowerCase();
  if (WHOLE.test(name)) return 'whole number';
  if (name.startsWith('decimal')) return 'decimal';
  if (['double', 'float', 'real'].includes(name)) return 'double';
  if (/^(string|varchar)/.test(name)) return 'text';
  if (/^timestamp(\(\d+\))?$/.test(name)) return 'timestamp';
  return name;
}

/** Whether a result has another type than it should. */
type Differs = (found: string, wanted: string) => boolean;

const scaleOf = (type: string) => type.match(/,\s*(\d+)/)?.[1];

const differsFromEngine: Differs = (found, wanted) =>
  kindOf(found) !== kindOf(wanted) || scaleOf(found) !== scaleOf(wanted);

/** As the engine: on its way into a table a whole number may widen. */
const cannotBecome: Differs = (found, wanted) => {
  const [from, to] = [kindOf(found), kindOf(wanted)];
  const widens = from === 'whole number' && ['decimal', 'double'].includes(to);
  return from !== to && !widens && from !== 'unknown';
};

const faults = (
  found: readonly TypedColumn[],
  wanted: readonly TypedColumn[],
  differs: Differs,
): string[] => {
  const names = (columns: readonly TypedColumn[]) =>
    columns.map(({ name }) => name.toLowerCase()).join(', ');
  if (names(found) !== names(wanted))
    return [`Trino gives ${names(found)}; expected ${names(wanted)}`];
  return wanted.flatMap(({ name, type }, i) => {
    const is = found[i]?.type ?? '';
    return differs(is, type)
      ? [`column ${name}: Trino gives ${is}, expected ${type}`]
      : [];
  });
};

/** Compares the columns of Trino's result with those of the engine's. */
export const engineFaults = (
  trino: readonly TypedColumn[],
  engine: readonly TypedColumn[],
): string[] => faults(trino, engine, differsFromEngine);

/** Compares the columns of Trino's result with those a table declares. */
export const tableFaults = (
  trino: readonly TypedColumn[],
  declared: readonly TypedColumn[],
): string[] => faults(trino, declared, cannotBecome);
