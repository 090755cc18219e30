import { FIELD } from './rowKeys.ts';

/** Beyond this many rows that differ nobody looks for near ones. */
const MANY = 20_000;

const isNear = (a: number, b: number, tolerance: number): boolean =>
  Math.abs(a - b) <= tolerance * Math.max(Math.abs(a), Math.abs(b));

/** A key in two: all that has to agree exactly, and the finite doubles. */
const split = (key: string, exact: number) => {
  const fields = key.split(FIELD);
  const numbers: number[] = [];
  const rest = fields.map((field, i) => {
    if (i < exact || !Number.isFinite(Number(field))) return field;
    numbers.push(Number(field));
    return '';
  });
  return { rest: rest.join(FIELD), numbers };
};

/** Rows that only one of the two has. */
export type Difference = {
  readonly missing: readonly string[];
  readonly extra: readonly string[];
};

/** Takes away the pairs whose doubles agree to within the tolerance. */
export function withoutNear(
  { missing, extra }: Difference,
  exact: number,
  tolerance: number,
): Difference {
  if (Math.max(missing.length, extra.length) > MANY) return { missing, extra };
  const byRest = new Map<string, { key: string; numbers: number[] }[]>();
  for (const key of extra) {
    const { rest, numbers } = split(key, exact);
    const same = byRest.get(rest);
    if (same) same.push({ key, numbers });
    else byRest.set(rest, [{ key, numbers }]);
  }
  const alone = missing.filter((key) => {
    const { rest, numbers } = split(key, exact);
    const same = byRest.get(rest) ?? [];
    const at = same.findIndex((other) =>
      numbers.every((n, i) => isNear(n, other.numbers[i] ?? NaN, tolerance)),
    );
    if (at >= 0) same.splice(at, 1);
    return at < 0;
  });
  const left = [...byRest.values()].flat().map(({ key }) => key);
  return { missing: alone, extra: left };
}

/** Counted texts: `add` what is expected, `remove` what is found. */
export class Multiset {
  private readonly counts = new Map<string, number>();
  private readonly extra: string[] = [];

  add(key: string): void {
    this.counts.set(key, (this.counts.get(key) ?? 0) + 1);
  }

  remove(key: string): void {
    const count = this.counts.get(key);
    if (count === undefined) this.extra.push(key);
    else if (count === 1) this.counts.delete(key);
    else this.counts.set(key, count - 1);
  }

  difference(): Difference {
    const missing: string[] = [];
    for (const [key, count] of this.counts)
      for (let i = 0; i < count; i += 1) missing.push(key);
    return { missing, extra: this.extra };
  }
}
