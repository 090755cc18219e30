import type { CatalogState } from '../../core/catalog.ts';
import { UsageError } from '../../core/errors.ts';
import type { Plan } from '../../core/plan.ts';

/**
 * A pipeline that reads changes moves on; its tables must not go back in time.
 * @throws UsageError where a later period than the given one is published.
 */
export const refuseOlder = (
  plan: Plan,
  { tables }: CatalogState,
  period: string,
): void => {
  if (!plan.sources.some(({ scope }) => scope === 'changes')) return;
  const newest = Object.values(tables)
    .flatMap(({ partitions }) => partitions.map((p) => p.period))
    .sort()
    .at(-1);
  if (newest !== undefined && newest > period)
    throw new UsageError(
      `${newest} is published already, and a run of ${period} would go back: ` +
        `roll back first ("tributary rollback ${plan.pipeline}")`,
      { pipeline: plan.pipeline },
    );
};
