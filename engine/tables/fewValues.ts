import type { PlanSource, PlanTable } from '../../core/plan.ts';
import type { Database } from '../database.ts';
import type { EngineInput } from '../input.ts';
import { ident, text } from '../sql.ts';
import { type PassedColumn, passedOn } from './passedOn.ts';

/** What to put before a table's SELECT, and which of its columns that makes. */
export interface Narrowed {
  /** A WITH that stands for sources, or nothing. */
  readonly withSources: string;
  /** Columns of the result that are an ENUM now. */
  readonly columns: ReadonlySet<string>;
}

const AS_IT_IS: Narrowed = { withSources: '', columns: new Set() };
/** All texts of a column, sorted. */
type Texts = ReadonlyMap<string, readonly string[]>;

/** A source of so few records is a list of names, of kinds, of places. */
const FEW_ROWS = 1000;
/** Where no source has as many, to look for values takes longer than it saves. */
const MANY_ROWS = 100_000;

/**
 * A text as one of an ENUM. To cast it takes as long as the writer needs for its
 * own dictionary. A function instead is worked out for each text of a file's
 * dictionary alone, where rows still come with one.
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
 */
export class FewValues {
  readonly #db: Database;
  readonly #input: Pick<EngineInput, 'plan' | 'sources'>;
  readonly #texts: ReadonlyMap<string, Texts>;
  readonly #known = new Map<string, Promise<readonly string[]>>();

  /** @param texts those of large sources that are known, by the source's name. */
  constructor(
    db: Database,
    input: Pick<EngineInput, 'plan' | 'sources'>,
    texts: ReadonlyMap<string, Texts> = new Map(),
  ) {
    this.#db = db;
    this.#input = input;
    this.#texts = texts;
  }

  async narrow({ sql, mode }: PlanTable): Promise<Narrowed> {
    const { sources } = this.#input.plan;
    const isLarge = sources.some((s) => this.#records(s) >= MANY_ROWS);
    if (mode === 'merge' || !isLarge) return AS_IT_IS;
    const passed = await passedOn(this.#db, sql.text);
    const views: string[] = [];
    const columns = new Set<string>();
    for (const source of sources) {
      const values = await this.#valuesOf(source, passed);
      const isLarge = this.#records(source) > FEW_ROWS;
      if (values.size > 0)
        views.push(narrowedView(source.name, values, isLarge));
      for (const { relation, column, as } of passed)
        if (relation === source.name && values.has(column)) columns.add(as);
    }
    const withSources = views.length > 0 ? `WITH ${views.join(', ')} ` : '';
    return { withSources, columns };
  }

  /** The values of a source's texts, of those that are passed on. */
  async #valuesOf(
    source: PlanSource,
    passed: readonly PassedColumn[],
  ): Promise<Texts> {
    const names = passed
      .filter(({ relation }) => relation === source.name)
      .map(({ column }) => column);
    if (this.#records(source) > FEW_ROWS) {
      const known = [...(this.#texts.get(source.name) ?? [])];
      return new Map(
        known.filter(([c, texts]) => names.includes(c) && texts.length > 0),
      );
    }
    const found = new Map<string, readonly string[]>();
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
      `SELECT DISTINCT ${ident(column)} AS v FROM ${ident(source)} ` +
        `WHERE v IS NOT NULL ORDER BY v`,
    );
    const values = rows.map(({ v }) => String(v));
    // A text in SQL cannot hold the character 0.
    return values.some((value) => value.includes('\0')) ? [] : values;
  }

  #records({ name }: PlanSource): number {
    const files = this.#input.sources[name] ?? [];
    return files.reduce((sum, { records }) => sum + records, 0);
  }
}
