/** A row's values as text. */
export type Row = readonly (string | null)[];

const isNear = (a: number, b: number, tolerance: number): boolean =>
  Math.abs(a - b) <= tolerance * Math.max(Math.abs(a), Math.abs(b));

/** A row in two: all that has to agree exactly, and the finite doubles. */
const split = (row: Row, isDouble: readonly boolean[]) => {
  const numbers: number[] = [];
  const rest = row.map((value, i) => {
    const number = Number(value);
    if (value === null || !isDouble[i] || !Number.isFinite(number))
      return value;
    numbers.push(number);
    return true;
  });
  return { row, rest: JSON.stringify(rest), numbers };
};

/**
 * Takes away the pairs of rows that agree when doubles may differ by the share
 * `tolerance`.
 */
export function withoutNear(
  missing: readonly Row[],
  extra: readonly Row[],
  isDouble: readonly boolean[],
  tolerance: number,
): { missing: Row[]; extra: Row[] } {
  const byRest = Map.groupBy(
    extra.map((row) => split(row, isDouble)),
    ({ rest }) => rest,
  );
  const alone = missing.filter((row) => {
    const { rest, numbers } = split(row, isDouble);
    const same = byRest.get(rest) ?? [];
    const at = same.findIndex((other) =>
      numbers.every((n, i) => isNear(n, Number(other.numbers[i]), tolerance)),
    );
    if (at >= 0) same.splice(at, 1);
    return at < 0;
  });
  return {
    missing: alone,
    extra: [...byRest.values()].flat().map(({ row }) => row),
  };
}
