import type { PlanSource, PlanTable } from '../../core/plan.ts';
import type { Database } from '../database.ts';
import type { EngineInput } from '../input.ts';
import { ident, text, unsayable } from '../sql.ts';
import { type PassedColumn, passedOn } from './passedOn.ts';

/** What to put before a table's SELECT, and which of its columns that makes. */
export interface Narrowed {
  /** A WITH that stands for sources, or nothing. */
  readonly withSources: string;
  /** Columns of the result that are an ENUM now. */
  readonly columns: ReadonlySet<string>;
}

const AS_IT_IS: Narrowed = { withSources: '', columns: new Set() };
/** All texts of columns, sorted. */
type Texts = ReadonlyMap<string, readonly string[]>;

/** A source of so few records is a list of names, of kinds, of places. */
const FEW_ROWS = 1000;
/** Where no source has as many, to look for values takes longer than it saves. */
const MANY_ROWS = 100_000;
/** Every row group has them all: with longer ones the file would grow. */
const MOST_CHARACTERS = 8192;

/**
 * A text as one of an ENUM. Of rows that come with a dictionary a function is
 * worked out once for each of its texts, and a cast for each row, which takes as
 * long as what the writer would do.
 */
const asEnum = (
  column: string,
  values: readonly string[],
  hasDictionary: boolean,
): string => {
  const all = values.map(text).join(', ');
  return hasDictionary
    ? `map_extract_value(MAP([${all}], [${all}]::ENUM(${all})[]), ${ident(column)})`
    : `CAST(${ident(column)} AS ENUM(${all}))`;
};

/** Stands for a source: the same rows, with ENUMs of all values there are. */
const narrowedView = (
  name: string,
  columns: ReadonlyMap<string, readonly string[]>,
  hasDictionary: boolean,
): string => {
  const casts = [...columns].map(
    ([column, values]) =>
      `${asEnum(column, values, hasDictionary)} AS ${ident(column)}`,
  );
  return (
    `${ident(name)} AS NOT MATERIALIZED (SELECT * ` +
    `REPLACE (${casts.join(', ')}) FROM temp.${ident(name)})`
  );
};

/**
 * Texts of small sources, such as the label of a code, and of large files that
 * write them by a dictionary. Where millions of rows have one and a table takes
 * it over as it is, the join and the writer of Parquet get it as an ENUM, a
 * small number: else the writer looks up every text, twice, in a dictionary that
 * it makes for each row group. It writes the same texts, of the same type.
 *
 * Each row group has all texts then, in its dictionary and in its statistics. So
 * columns that a table is sorted by, by which readers skip row groups, stay as
 * they are; and a large source gives the texts of its used rows alone, to tables
 * that take all of these rows.
 */
export class FewValues {
  readonly #db: Database;
  readonly #input: Pick<EngineInput, 'plan' | 'sources'>;
  readonly #texts: ReadonlyMap<string, Texts>;
  readonly #known = new Map<string, Promise<readonly string[]>>();

  /** @param texts those of used rows of large sources, by the source's name. */
  constructor(
    db: Database,
    input: Pick<EngineInput, 'plan' | 'sources'>,
    texts: ReadonlyMap<string, Texts> = new Map(),
  ) {
    this.#db = db;
    this.#input = input;
    this.#texts = texts;
  }

  async narrow({ sql, mode, sortBy, key }: PlanTable): Promise<Narrowed> {
    const { sources } = this.#input.plan;
    const isLarge = sources.some((s) => this.#records(s) >= MANY_ROWS);
    if (mode === 'merge' || !isLarge) return AS_IT_IS;
    const passed = await passedOn(this.#db, sql.text);
    const sorted = [...sortBy, ...key];
    const views: string[] = [];
    const columns = new Set<string>();
    for (const source of sources) {
      const own = passed.filter(({ relation }) => relation === source.name);
      const hasDictionary = this.#records(source) > FEW_ROWS;
      const found = hasDictionary
        ? this.#valuesOfLarge(source, own)
        : await this.#valuesOf(source, own);
      for (const { column, as } of own)
        if (sorted.includes(as)) found.delete(column);
      if (found.size > 0)
        views.push(narrowedView(source.name, found, hasDictionary));
      for (const { column, as } of own) if (found.has(column)) columns.add(as);
    }
    const withSources = views.length > 0 ? `WITH ${views.join(', ')} ` : '';
    return { withSources, columns };
  }

  /** The values of a small source's texts, of those that are passed on. */
  async #valuesOf(
    source: PlanSource,
    passed: readonly PassedColumn[],
  ): Promise<Map<string, readonly string[]>> {
    const found = new Map<string, readonly string[]>();
    const names = passed.map(({ column }) => column);
    for (const { name, type } of source.columns) {
      if (type !== 'string' || !names.includes(name)) continue;
      const key = `${source.name} ${name}`;
      const known = this.#known.get(key) ?? this.#look(source.name, name);
      this.#known.set(key, known);
      const values = await known;
      if (values.length > 0) found.set(name, values);
    }
    return found;
  }

  async #look(source: string, column: string): Promise<readonly string[]> {
    const rows = await this.#db.rows(
      `SELECT DISTINCT ${ident(column)} AS v, ${unsayable('v')} AS odd ` +
        `FROM ${ident(source)} WHERE v IS NOT NULL ORDER BY v`,
    );
    return rows.some(({ odd }) => odd) ? [] : rows.map(({ v }) => String(v));
  }

  /** Those of a large source, where a table takes all of its used rows. */
  #valuesOfLarge(
    { name }: PlanSource,
    passed: readonly PassedColumn[],
  ): Map<string, readonly string[]> {
    const texts = this.#texts.get(name);
    return new Map(
      passed.flatMap(({ column, isOfAll }) => {
        const values = texts?.get(column) ?? [];
        const length = values.reduce((sum, value) => sum + value.length, 0);
        return isOfAll && values.length > 0 && length <= MOST_CHARACTERS
          ? [[column, values] as const]
          : [];
      }),
    );
  }

  #records({ name }: PlanSource): number {
    const files = this.#input.sources[name] ?? [];
    return files.reduce((sum, { records }) => sum + records, 0);
  }
}
