import { randomUUID } from 'node:crypto';
import { UsageError } from '../../core/errors.ts';
import type { PlanDestination } from '../../core/plan.ts';
import { handler } from '../shared/handler.ts';
import {
  destinationText,
  type Load,
  loadDestination,
} from '../shared/loadDestinations.ts';

export interface LoadEvent {
  readonly pipeline: string;
  /** A secret: loads all tables there, those of a sample too. */
  readonly to?: string;
  /** Default: the pipeline's name. */
  readonly schema?: string;
}

/**
 * Makes databases hold what is published now: those of the definition, or the
 * one that is named. What they hold already is not written again.
 * @throws UsageError where there is nowhere to load to; DestinationError.
 */
export const load = handler<LoadEvent, { readonly loads: readonly Load[] }>(
  'load',
  ['pipeline'],
  (platform) =>
    async ({ pipeline, to, schema = pipeline }) => {
      const plan = await platform.definitions.plan(pipeline);
      const named: PlanDestination[] =
        to === undefined
          ? [...(plan.destinations ?? [])]
          : [
              {
                ...{ kind: 'postgres', secret: to, schema },
                tables: plan.tables.map(({ name }) => name),
              },
            ];
      if (named.length === 0)
        throw new UsageError(
          'its definition has no destinations: name a secret by --to',
          { pipeline },
        );
      if (!/^[a-z][a-z0-9_]*$/.test(schema) || schema === 'tributary')
        throw new UsageError(
          `the schema "${schema}" is not allowed: use lower case letters, ` +
            'digits and _, and not tributary',
        );
      const loads: Load[] = [];
      for (const one of named)
        loads.push({
          destination: destinationText(one),
          tables: await loadDestination(
            platform,
            plan,
            `load-${randomUUID()}`,
            one,
            to !== undefined,
          ),
        });
      return { loads };
    },
);
