import { join } from 'node:path';
import type { CatalogState, CatalogTable } from '../../core/catalog.ts';
import type { Plan } from '../../core/plan.ts';
import { compareTable } from '../../engine/compare/compareTable.ts';
import type { Platform } from '../../platform/ports.ts';
import type { TablePreview } from './preview.ts';

const total = (
  table: CatalogTable | undefined,
  of: (snapshot: CatalogTable['partitions'][number]) => number,
) => (table?.partitions ?? []).reduce((sum, one) => sum + of(one), 0);

/** Paths on this machine of all files that the states name. */
const localPaths = async (
  { store }: Pick<Platform, 'store'>,
  states: readonly CatalogState[],
): Promise<(key: string) => string> => {
  const wanted = states.flatMap(({ tables }) =>
    Object.values(tables).flatMap(({ partitions }) =>
      partitions.flatMap(({ location, files }) =>
        files.map((file) => `${location}${file}`),
      ),
    ),
  );
  const paths = await Promise.all(
    [...new Set(wanted)].map(
      async (key): Promise<[string, string]> => [key, await store.local(key)],
    ),
  );
  const byKey = new Map(paths);
  return (key) => byKey.get(key) ?? key;
};

const keyOf = (plan: Plan, published: Plan | undefined, name: string) => {
  const key = (of: Plan | undefined) =>
    of?.tables.find((table) => table.name === name)?.key ?? [];
  return key(plan).join() === key(published ?? plan).join() ? key(plan) : [];
};

/**
 * Compares each table of a plan as it is published with what it would become.
 * @param kept tables that the run would make and not publish.
 */
export const previewTables = async (
  platform: Platform,
  plan: Plan,
  published: Plan | undefined,
  states: { readonly before: CatalogState; readonly after: CatalogState },
  kept: readonly string[],
): Promise<TablePreview[]> => {
  const local = await localPaths(platform, [states.before, states.after]);
  const limits = {
    memory: platform.memory,
    spillDir: join(platform.scratch, 'spill'),
  };
  const previews: TablePreview[] = [];
  for (const { name } of plan.tables) {
    const [before, after] = [
      states.before.tables[name],
      states.after.tables[name],
    ];
    const key = keyOf(plan, published, name);
    const rows = await compareTable({ before, after, key }, local, limits);
    const isSame = rows.added + rows.removed + rows.changed === 0;
    const sums = (of: Parameters<typeof total>[1]) => ({
      before: total(before, of),
      after: total(after, of),
    });
    previews.push({
      table: name,
      change: kept.includes(name)
        ? 'kept'
        : !before
          ? 'new'
          : isSame
            ? 'same'
            : 'changed',
      rows: { ...sums((s) => s.rows), ...rows },
      files: sums((s) => s.files.length),
      bytes: sums((s) => s.bytes),
    });
  }
  return previews;
};
