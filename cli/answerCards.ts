import { UsageError } from '../core/errors.ts';
import type { FilterValue } from '../core/filter.ts';
import { filterSql } from '../core/filterSql.ts';
import type { Plan } from '../core/plan.ts';
import type { QueryResult } from '../engine/query/openLake.ts';

/** What the filters of a dashboard are set to, by their names. */
export type FilterValues = Readonly<Record<string, FilterValue>>;

/**
 * The answers to all cards of a dashboard, in their order.
 * @param query answers a SELECT that names tables without their database.
 * @throws UsageError with the card that does not fit what is published.
 */
export const answerCards = async <R extends QueryResult>(
  plan: Plan,
  values: FilterValues,
  query: (sql: string) => Promise<R>,
): Promise<R[]> => {
  const answers: R[] = [];
  const known = new Map<string, R>();
  for (const { sql, title } of plan.dashboard) {
    const text = filterSql(sql.text, plan.pipeline, plan.filters ?? [], values);
    // Cards may show several columns of one query: it is asked once.
    const answer =
      known.get(text) ??
      (await query(text).catch((cause: Error) => {
        throw new UsageError(
          `card "${title}" does not fit what is published: ${cause.message}`,
          { pipeline: plan.pipeline, file: sql.file },
          { cause },
        );
      }));
    known.set(text, answer);
    answers.push(answer);
  }
  return answers;
};

/** The newest period that anything of a pipeline is of. */
export const lastPeriod = (
  tables: Readonly<
    Record<
      string,
      { readonly partitions: readonly { readonly period: string }[] }
    >
  >,
): string | undefined =>
  Object.values(tables)
    .flatMap(({ partitions }) => partitions.map(({ period }) => period))
    .sort()
    .at(-1);
