import type { CatalogState } from '../../core/catalog.ts';
import { DefinitionError } from '../../core/errors.ts';
import type { Plan } from '../../core/plan.ts';
import {
  type BrokenReader,
  brokenReaders,
  type Visible,
} from '../../engine/validate/brokenReaders.ts';
import type { Platform } from '../../platform/ports.ts';
import { OPS_COLUMNS } from '../shared/ops.ts';

const visibleTables = (state: CatalogState) =>
  Object.fromEntries(
    Object.entries(state.tables).map(([name, { columns }]) => [name, columns]),
  );

const declaredTables = (plan: Plan) =>
  Object.fromEntries(plan.tables.map(({ name, columns }) => [name, columns]));

/** The other definitions; one that is not sound is not ours to report. */
const otherPlans = async (
  { definitions }: Platform,
  pipeline: string,
): Promise<Plan[]> => {
  const names = (await definitions.names()).filter((name) => name !== pipeline);
  const plans = names.map((name) =>
    definitions.plan(name).catch((error: unknown) => {
      if (error instanceof DefinitionError) return undefined;
      throw error;
    }),
  );
  return (await Promise.all(plans)).filter((plan) => plan !== undefined);
};

/**
 * Which saved queries and cards, of any pipeline, could not be answered once
 * the plan's tables are published. A table that the plan has no more stays
 * published and can be read; what is not published yet counts as declared.
 */
export const findBreaks = async (
  platform: Platform,
  plan: Plan,
): Promise<BrokenReader[]> => {
  const { pipeline } = plan;
  const others = await otherPlans(platform, pipeline);
  const databases = await platform.catalog.databases();
  const states = await Promise.all(databases.map(platform.catalog.read));
  const before: Visible = {
    ...Object.fromEntries(others.map((p) => [p.pipeline, declaredTables(p)])),
    ...Object.fromEntries(states.map((s) => [s.database, visibleTables(s)])),
    ops: OPS_COLUMNS,
  };
  const after: Visible = {
    ...before,
    [pipeline]: { ...before[pipeline], ...declaredTables(plan) },
  };
  // Its own readers are those of tables that it still makes.
  const own: Visible = { ...after, [pipeline]: declaredTables(plan) };
  return [
    ...(await brokenReaders([plan], pipeline, before, own)),
    ...(await brokenReaders(others, pipeline, before, after)),
  ];
};
