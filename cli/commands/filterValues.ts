import { UsageError } from '../../core/errors.ts';
import type { Filter, FilterValue } from '../../core/filter.ts';
import { parseDay } from '../../core/period.ts';
import type { Plan } from '../../core/plan.ts';

const DAYS = /^(\d{4}-\d\d-\d\d)?\.\.(\d{4}-\d\d-\d\d)?$/;

/** @throws UsageError where the text is no value of the filter. */
export const readValue = (
  { name, kind }: Filter,
  text: string,
): FilterValue => {
  if (kind === 'text') return { values: text.split(',') };
  const [, from, to] = DAYS.exec(text) ?? [];
  if (!from && !to)
    throw new UsageError(
      `filter ${name} takes days, both in: ${name}=2024-01-01..2024-01-31, ` +
        'or one of them alone',
    );
  for (const day of [from, to]) if (day) parseDay(day);
  return { ...(from && { from }), ...(to && { to }) };
};

/**
 * Reads `name=value`: a text filter takes values between commas, a date range
 * `from..to`.
 * @throws UsageError for a name that the dashboard has not, or a value.
 */
export const filterValues = (
  { pipeline, filters = [] }: Pick<Plan, 'pipeline' | 'filters'>,
  given: readonly string[],
): Record<string, FilterValue> =>
  Object.fromEntries(
    given.map((text) => {
      const [name = '', ...rest] = text.split('=');
      const filter = filters.find((one) => one.name === name);
      if (!filter || rest.length === 0)
        throw new UsageError(
          `"${text}" sets no filter of ${pipeline}, which has ` +
            (filters.map((one) => `${one.name}=…`).join(', ') || 'none'),
        );
      return [name, readValue(filter, rest.join('='))];
    }),
  );
