import type { Database } from '../database.ts';
import { fitsBitmap } from '../decode/duplicates.ts';
import { ident } from '../sql.ts';

/** The values of a whole-number column as one bit each. */
interface Bitmap {
  readonly table: string;
  readonly bounds: string;
  readonly values: number;
  readonly kinds: number;
}

/** Bounds are widened to these, so that two columns often share them. */
const STEP = 1n << 16n;

const floorTo = (n: bigint) => n - (((n % STEP) + STEP) % STEP);

/**
 * Bitmaps of whole-number columns. They prove that a check is passed in a tenth
 * of the time and memory of grouping; where they cannot, nothing is said.
 */
export class Bitmaps {
  readonly #db: Database;
  readonly #known = new Map<string, Promise<Bitmap | undefined>>();

  constructor(db: Database) {
    this.#db = db;
  }

  /** Whether no value occurs twice; false may mean "not known". */
  async isUnique(relation: string, column: string): Promise<boolean> {
    const bitmap = await this.#of(relation, column);
    return bitmap !== undefined && bitmap.values === bitmap.kinds;
  }

  /** Whether every value is in the target; false may mean "not known". */
  async isContained(
    from: readonly [string, string],
    target: readonly [string, string],
  ): Promise<boolean> {
    const a = await this.#of(...from);
    const b = a && (await this.#of(...target));
    if (!a || !b || a.bounds !== b.bounds) return false;
    const { lost } = await this.#db.row(
      `SELECT bit_count((SELECT bits FROM ${a.table}) & ` +
        `~(SELECT bits FROM ${b.table})) AS lost`,
    );
    return Number(lost) === 0;
  }

  #of(relation: string, column: string): Promise<Bitmap | undefined> {
    const key = `${relation} ${column}`;
    const known = this.#known.get(key) ?? this.#make(relation, column);
    this.#known.set(key, known);
    return known;
  }

  async #make(relation: string, column: string): Promise<Bitmap | undefined> {
    const value = ident(column);
    const { low, high, n } = await this.#db.row(
      `SELECT min(${value})::BIGINT AS low, max(${value})::BIGINT AS high, ` +
        `count(${value}) AS n FROM ${ident(relation)}`,
    );
    if (low == null) return undefined;
    const first = floorTo(BigInt(low as bigint));
    const last = floorTo(BigInt(high as bigint)) + STEP - 1n;
    if (!fitsBitmap([first, last], Number(n))) return undefined;
    const table = ident(`_bits_${relation}_${column}`);
    await this.#db.run(
      `CREATE OR REPLACE TEMP TABLE ${table} AS SELECT ` +
        `bitstring_agg(${value}, ${first}, ${last}) AS bits ` +
        `FROM ${ident(relation)} WHERE ${value} IS NOT NULL`,
    );
    const { kinds } = await this.#db.row(
      `SELECT bit_count(bits) AS kinds FROM ${table}`,
    );
    return {
      table,
      bounds: `${first} ${last}`,
      values: Number(n),
      kinds: Number(kinds),
    };
  }
}
