import { randomUUID } from 'node:crypto';
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { CatalogState } from '../../core/catalog.ts';
import { within } from '../../core/errors.ts';
import type { Plan, PlanDestination } from '../../core/plan.ts';
import { exportCsv } from '../../engine/query/exportCsv.ts';
import type {
  LoadedTable,
  LoadPiece,
  LoadTable,
  Platform,
} from '../../platform/ports.ts';
import type { Ledger } from './ledger.ts';
import { withoutSamples } from './withoutSamples.ts';

/** What a destination was given. */
export interface Load {
  /** Its kind, secret and schema. */
  readonly destination: string;
  readonly tables: readonly LoadedTable[];
}

/** What to add to a ledger. */
export interface LoadReport {
  readonly loads?: readonly Load[];
  readonly notices?: readonly string[];
}

/** The tables that are published and wanted there. */
const tablesOf = (
  plan: Plan,
  { tables }: CatalogState,
  wanted: PlanDestination,
): LoadTable[] =>
  plan.tables.flatMap(({ name, key, columns: declared, partitionBy: by }) => {
    if (!wanted.tables.includes(name)) return [];
    // What was rolled back to nothing is there, and empty.
    const { columns, partitionBy, partitions } = tables[name] ?? {
      columns: declared,
      partitionBy: Object.keys(by ?? {}),
      partitions: [],
    };
    const pieces = partitions.map(
      ({ values, location }): LoadPiece => ({ values, snapshot: location }),
    );
    return [{ name, columns, key, partitionBy, pieces }];
  });

/**
 * Makes one database hold what is published.
 * @param run the name of its scratch folder.
 * @param samples whether what a shipped sample gave is loaded as well.
 * @throws DestinationError, SecretError; it has what it had before.
 */
export const loadDestination = async (
  platform: Platform,
  plan: Plan,
  run: string,
  destination: PlanDestination,
  samples: boolean,
): Promise<readonly LoadedTable[]> => {
  const { pipeline } = plan;
  const { kind, secret, schema } = destination;
  const scratch = join(platform.scratch, run);
  const limits = {
    memory: platform.memory,
    spillDir: join(platform.scratch, 'spill'),
  };
  let state: CatalogState | undefined;
  try {
    await mkdir(scratch, { recursive: true });
    return await platform.destinations[kind].load({
      ...{ secret, schema },
      published: async () => {
        const all = await platform.catalog.read(pipeline);
        state = samples ? all : withoutSamples(all);
        return tablesOf(plan, state, destination);
      },
      rows: async ({ name }, piece) => {
        const table = state?.tables[name];
        const snapshot = table?.partitions.find(
          ({ location }) => location === piece.snapshot,
        );
        if (!table || !snapshot) throw new Error(`${piece.snapshot} is gone`);
        const locals = new Map(
          await Promise.all(
            snapshot.files.map(async (file) => {
              const key = `${snapshot.location}${file}`;
              return [key, await platform.store.local(key)] as const;
            }),
          ),
        );
        const file = join(scratch, `${randomUUID()}.csv`);
        const local = (key: string) => locals.get(key) ?? key;
        await exportCsv(table, snapshot, local, file, limits);
        return file;
      },
    });
  } catch (error) {
    throw within(error, { pipeline });
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
};

/** Which database it is, for people. */
export const destinationText = (one: PlanDestination): string =>
  `${one.kind} ${one.secret}, schema ${one.schema}`;

/**
 * Brings a pipeline's destinations to what is published. One that fails keeps
 * what it had and fails nothing: it is told of, and tried again by the next run.
 */
export const loadDestinations = async (
  platform: Platform,
  plan: Plan,
  run: string,
  before?: Pick<Ledger, 'notices'>,
): Promise<LoadReport> => {
  const loads: Load[] = [];
  const notices = [...(before?.notices ?? [])];
  for (const one of plan.destinations ?? []) {
    const destination = destinationText(one);
    try {
      // What came with the project is no data for a database of one's own.
      const tables = await loadDestination(platform, plan, run, one, false);
      if (tables.length > 0) loads.push({ destination, tables });
    } catch (error) {
      notices.push(
        `destination ${destination}: not loaded, the next run tries again: ` +
          (error as Error).message,
      );
    }
  }
  return {
    ...(loads.length > 0 && { loads }),
    ...(notices.length > 0 && { notices }),
  };
};
