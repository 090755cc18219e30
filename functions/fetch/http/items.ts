import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { SourceError } from '../../../core/errors.ts';
import type { HttpFrom, NumberRange } from '../../../core/http.ts';
import type { Period } from '../../../core/period.ts';
import { openDatabase } from '../../../engine/database.ts';
import { prepareSource } from '../../../engine/decode/prepareSource.ts';
import { ident } from '../../../engine/sql.ts';
import { asLanded, landedFiles } from '../../shared/engineInput.ts';
import type { LandContext } from '../lander.ts';
import type { Item } from './template.ts';

type ForEach = NonNullable<HttpFrom['forEach']>;
type Listed = Extract<ForEach, { index: string }>;

/** The distinct values of a column among the used rows of another source. */
const columnItems = async (
  context: LandContext,
  name: string,
  column: string,
): Promise<Item[]> => {
  const { platform, plan, period, scratch } = context;
  const manifest = await context.landed(name);
  const { sources } = asLanded(plan, { [name]: manifest });
  const source = sources.find((other) => other.name === name);
  if (!source) throw new SourceError(`there is no source ${name}`);
  const workDir = join(scratch, name);
  await mkdir(workDir, { recursive: true });
  const db = await openDatabase({
    memory: platform.memory,
    spillDir: join(platform.scratch, 'spill'),
  });
  try {
    const files = await landedFiles(platform, manifest);
    await prepareSource(db, source, files, {
      period,
      checks: plan.checks,
      workDir,
    });
    const rows = await db.rows(
      `SELECT DISTINCT CAST(${ident(column)} AS VARCHAR) AS v ` +
        `FROM ${ident(name)} WHERE ${ident(column)} IS NOT NULL ORDER BY v`,
    );
    return rows.map(({ v }) => ({ [column]: String(v) }));
  } finally {
    db.close();
    await rm(workDir, { recursive: true, force: true });
  }
};

const listOf = (
  values: readonly (string | number)[] | NumberRange,
  period: Period,
): readonly (string | number)[] => {
  if (!('from' in values)) return values;
  const number = (end: number | '{yyyy}') =>
    end === '{yyyy}' ? Number(period.first.slice(0, 4)) : end;
  const [from, to] = [number(values.from), number(values.to)];
  return Array.from({ length: Math.max(0, to - from + 1) }, (_, i) => from + i);
};

/** All combinations; the last name changes first. */
export const combinations = (
  values: Extract<ForEach, { values: object }>['values'],
  period: Period,
): Item[] =>
  Object.entries(values).reduce<Item[]>(
    (items, [name, list]) =>
      items.flatMap((item) =>
        listOf(list, period).map((value) => ({ ...item, [name]: `${value}` })),
      ),
    [{}],
  );

const isScalar = (value: unknown): value is string | number =>
  typeof value === 'string' || typeof value === 'number';

const scalars = (value: object): Item =>
  Object.fromEntries(
    Object.entries(value)
      .filter(([, part]) => isScalar(part))
      .map(([name, part]) => [name, `${part}`]),
  );

/**
 * The items of an index: those of the innermost list, with the parts of all
 * that they lie in.
 * @throws SourceError where a list is not there, or nothing is listed.
 */
export const indexItems = (
  document: unknown,
  { lists, where = {} }: Listed,
  period: Period,
): Item[] => {
  const walk = (node: unknown, depth: number, outer: Item): Item[] => {
    const level = lists[depth];
    if (!level) return [outer];
    const list = (node as Record<string, unknown> | null)?.[level.list];
    if (!Array.isArray(list))
      throw new SourceError(`the index has no list "${level.list}"`);
    return list.flatMap((item) => {
      const own = isScalar(item)
        ? { [level.as ?? level.list]: `${item}` }
        : scalars((item ?? {}) as object);
      return walk(item, depth + 1, { ...outer, ...own });
    });
  };
  const items = walk(document, 0, {}).filter((item) =>
    Object.entries(where).every(([name, wanted]) =>
      (isScalar(wanted) ? [wanted] : listOf(wanted, period)).some(
        (value) => item[name] === `${value}`,
      ),
    ),
  );
  if (items.length === 0)
    throw new SourceError('the index lists nothing that is wanted');
  return items;
};

/** What a source makes a request for each of. */
export const itemsOf = async (
  context: LandContext,
  forEach: HttpFrom['forEach'],
  readIndex: (url: string) => Promise<unknown>,
): Promise<Item[]> => {
  if (!forEach) return [{}];
  if ('values' in forEach) return combinations(forEach.values, context.period);
  if ('index' in forEach)
    return indexItems(await readIndex(forEach.index), forEach, context.period);
  return columnItems(context, forEach.source, forEach.column);
};
