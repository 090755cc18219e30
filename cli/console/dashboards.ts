import type { Plan } from '../../core/plan.ts';
import type { LimitedResult } from '../../engine/query/guardedLake.ts';
import { answerCards, type FilterValues } from '../answerCards.ts';
import { readValue } from '../commands/filterValues.ts';
import type { ConsoleContext } from './context.ts';
import type { Choices } from './pages/dashboardPage.ts';

const LIMITS = { rows: 50_000, characters: 20_000_000, seconds: 30 } as const;
const MOST_CHOICES = 500;
/** Answers are kept as long as nothing else is published. */
const KEPT = 100;

/**
 * Filters as an address has them: `occurred=2018-01-01..2018-12-31`, and a text
 * once for each of its values.
 * @throws UsageError for a value that is none.
 */
export const readFilters = (
  { filters = [] }: Plan,
  given: URLSearchParams,
): FilterValues =>
  Object.fromEntries(
    filters.flatMap((filter) => {
      const values = given.getAll(filter.name);
      const [first] = values;
      if (first === undefined || first === '') return [];
      return [
        [
          filter.name,
          filter.kind === 'text' ? { values } : readValue(filter, first),
        ],
      ];
    }),
  );

export interface Dashboards {
  /** Begins to answer: the page will ask as soon as its scripts are there. */
  prepare(plan: Plan, given: URLSearchParams): void;
  answer(plan: Plan, values: FilterValues): Promise<readonly LimitedResult[]>;
  choices(plan: Plan): Promise<Choices>;
}

/** Answers the cards of dashboards, each question once for what is published. */
export const dashboardAnswers = ({
  lake,
}: Pick<ConsoleContext, 'lake'>): Dashboards => {
  const kept = new Map<string, Promise<unknown>>();
  const once = async <T>(key: unknown, ask: () => Promise<T>): Promise<T> => {
    const full = JSON.stringify([await lake.stamp(), key]);
    const known = kept.get(full) as Promise<T> | undefined;
    if (known) return known;
    const asked = ask();
    kept.set(full, asked);
    for (const old of [...kept.keys()].slice(0, kept.size - KEPT))
      kept.delete(old);
    asked.catch(() => kept.delete(full));
    return asked;
  };
  const query = (plan: Plan) => (sql: string) =>
    lake.query({ sql, database: plan.pipeline, limits: LIMITS });
  const answer: Dashboards['answer'] = (plan, values) =>
    once(['cards', plan.pipeline, plan.dashboard, values], () =>
      answerCards(plan, values, query(plan)),
    );
  return {
    answer,
    prepare: (plan, given) => {
      const prepared = async () => answer(plan, readFilters(plan, given));
      // What is wrong is told to who asks for the answer.
      prepared().catch(() => {});
    },
    choices: (plan) =>
      once(['choices', plan.pipeline, plan.filters], async () => {
        const found: Record<string, readonly string[]> = {};
        for (const { name, kind, on } of plan.filters ?? []) {
          if (kind !== 'text') continue;
          const selects = on.map(
            ({ table, column }) => `SELECT ${column} AS value FROM ${table}`,
          );
          const { rows } = await query(plan)(
            `SELECT DISTINCT value FROM (${selects.join(' UNION ALL ')}) ` +
              `WHERE value IS NOT NULL ORDER BY value LIMIT ${MOST_CHOICES}`,
          );
          found[name] = rows.map(([value]) => String(value));
        }
        return found;
      }),
  };
};
