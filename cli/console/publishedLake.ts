import type { CatalogState } from '../../core/catalog.ts';
import {
  type GuardedLake,
  type GuardedQuery,
  type LimitedResult,
  openGuardedLake,
} from '../../engine/query/guardedLake.ts';
import { lakeViews, linesView } from '../../engine/query/lakeViews.ts';
import { OPS_COLUMNS } from '../../functions/shared/ops.ts';
import type { Platform } from '../../platform/ports.ts';
import { readCatalog } from '../commands/tables.ts';

/** What the tables' reader may take of this machine. */
const MEMORY = '2GB';

/** The published tables as they are now, for any number of readers. */
export interface PublishedLake {
  query(query: GuardedQuery): Promise<LimitedResult>;
  /** Names the version of all that can be asked. */
  stamp(): Promise<string>;
  close(): Promise<void>;
}

interface Version {
  readonly stamp: string;
  readonly lake: Promise<GuardedLake>;
  users: number;
  isOld: boolean;
}

interface Published {
  readonly states: readonly CatalogState[];
  readonly ops: Readonly<Record<'runs' | 'checks', readonly string[]>>;
}

const readPublished = async (platform: Platform): Promise<Published> => ({
  states: await readCatalog(platform),
  ops: {
    runs: await platform.store.list('ops/runs/'),
    checks: await platform.store.list('ops/checks/'),
  },
});

const stampOf = ({ states, ops }: Published) =>
  JSON.stringify([
    states.map(({ database, version, run }) => [database, version, run]),
    ops.runs.length,
    ops.runs.at(-1),
    ops.checks.length,
  ]);

const open = ({ states, ops }: Published, folder: string, memory: string) => {
  const local = (key: string) => `${folder}/${key}`;
  const files = states.flatMap(({ tables }) =>
    Object.values(tables).flatMap(({ partitions }) =>
      partitions.flatMap((one) =>
        one.files.map((file) => local(`${one.location}${file}`)),
      ),
    ),
  );
  const lines = (['runs', 'checks'] as const).map((name) =>
    linesView('ops', name, OPS_COLUMNS[name], ops[name].map(local)),
  );
  return openGuardedLake({
    files: [...files, ...ops.runs.map(local), ...ops.checks.map(local)],
    setup: [...lakeViews(states, local), ...lines.flat()],
    memory,
  });
};

/**
 * Opens the lake anew as soon as something else is published; a question that
 * began before is answered from what was published then.
 * @param folder of the lake, absolute.
 */
export const publishedLake = (
  platform: Platform,
  folder: string,
  memory = MEMORY,
): PublishedLake => {
  let current: Version | undefined;
  const closeUnused = async (version: Version) => {
    if (version.isOld && version.users === 0)
      await version.lake.then((lake) => lake.close()).catch(() => {});
  };
  const latest = async (): Promise<Version> => {
    const published = await readPublished(platform);
    const stamp = stampOf(published);
    if (current?.stamp === stamp) return current;
    const before = current;
    const lake = open(published, folder, memory);
    const version: Version = { stamp, lake, users: 0, isOld: false };
    current = version;
    lake.catch(() => {
      if (current === version) current = undefined;
    });
    if (before) {
      before.isOld = true;
      await closeUnused(before);
    }
    return version;
  };
  return {
    query: async (query) => {
      const version = await latest();
      version.users += 1;
      try {
        return await (await version.lake).query(query);
      } finally {
        version.users -= 1;
        await closeUnused(version);
      }
    },
    stamp: async () => stampOf(await readPublished(platform)),
    close: async () => {
      if (!current) return;
      current.isOld = true;
      await closeUnused(current);
    },
  };
};
