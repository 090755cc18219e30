import { join, resolve } from 'node:path';
import type {
  HttpSettings,
  LineageReceiver,
  MetabaseServer,
  Platform,
} from '../ports.ts';
import { type FileSystem, fileSystem } from './fileSystem.ts';
import { localCatalog } from './localCatalog.ts';
import { localDefinitions } from './localDefinitions.ts';
import { localDrops } from './localDrops.ts';
import { localEngines } from './localEngines.ts';
import { localExecutions } from './localExecutions.ts';
import { type LocalJobsOptions, localJobs } from './localJobs.ts';
import { localLocks } from './localLocks.ts';
import { localReaders } from './localReaders.ts';
import { localSecrets } from './localSecrets.ts';
import { localStore } from './localStore.ts';
import { localCallbacks } from './localTasks.ts';

/** Settings of a lake in a folder of this machine. */
export interface LocalOptions {
  readonly lake: string;
  /** The folder whose subfolders are pipelines. */
  readonly pipelines: string;
  readonly memory?: string | undefined;
  readonly fs?: FileSystem;
  readonly now?: () => Date;
  /** The folder of secrets, a JSON file each: `<name>.json`. */
  readonly secrets?: string | undefined;
  /** The folder that files are dropped into, below it one for each pipeline. */
  readonly drop?: string | undefined;
  readonly http?: HttpSettings | undefined;
  /** How Spark is run, where not as usual. */
  readonly spark?: Pick<LocalJobsOptions, 'program' | 'say'>;
  /** Whose dashboards are applied after each publish. */
  readonly metabase?: MetabaseServer | undefined;
  /** Who is told of runs. */
  readonly lineage?: LineageReceiver | undefined;
}

const SECRETS = '.secrets';
const DROP = 'drop';

/** All ports, over one folder. */
export const localPlatform = (options: LocalOptions): Platform => {
  const lake = resolve(options.lake);
  const store = localStore(lake, options.fs ?? fileSystem);
  const scratch = join(lake, 'work');
  const catalog = localCatalog(store);
  const executions = localExecutions();
  const secretsFolder = resolve(options.secrets ?? SECRETS);
  const secrets = localSecrets(secretsFolder);
  return {
    definitions: localDefinitions(resolve(options.pipelines)),
    store,
    locks: localLocks(store, executions),
    catalog,
    readers: localReaders(store, catalog),
    executions,
    jobs: localJobs({
      store,
      scratch,
      secrets: secretsFolder,
      callbacks: localCallbacks,
      memory: options.memory,
      ...options.spark,
    }),
    callbacks: localCallbacks,
    engines: localEngines(options.memory),
    clock: { now: options.now ?? (() => new Date()) },
    secrets,
    destinations: {
      postgres: {
        // Loaded where it is needed: a run without it starts sooner.
        load: async (order) => {
          const { postgresLoader } = await import(
            '../postgres/postgresLoader.ts'
          );
          return postgresLoader(secrets).load(order);
        },
      },
    },
    drops: localDrops(resolve(options.drop ?? DROP)),
    ...(options.http && { http: options.http }),
    scratch,
    ...(options.lineage && { lineage: options.lineage }),
    ...(options.metabase && { metabase: options.metabase }),
    ...(options.memory !== undefined && { memory: options.memory }),
  };
};
