import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { UsageError } from '../../core/errors.ts';
import type { Plan } from '../../core/plan.ts';
import type { FileSystem } from '../../platform/local/fileSystem.ts';
import { localPlatform } from '../../platform/local/localPlatform.ts';
import type { Catalog, Platform, Readers } from '../../platform/ports.ts';

/** Readers who believe what the catalog says: fake runs write no files. */
const believingReaders = (catalog: Catalog): Readers => ({
  count: async (database, pieces) => {
    const { tables } = await catalog.read(database);
    const isOf = (values: object, wanted: object) =>
      JSON.stringify(values) === JSON.stringify(wanted);
    const rows = pieces.map(({ table, values }) =>
      (tables[table]?.partitions ?? [])
        .filter((one) => isOf(one.values, values))
        .reduce((sum, one) => sum + one.rows, 0),
    );
    return { rows };
  },
});

/** A lake in a temporary folder, whose pipelines are given as plans. */
export interface TestLake {
  readonly folder: string;
  readonly platform: Platform;
  /** Where the recordings of its pipelines are: `<samples>/<pipeline>`. */
  readonly samples: string;
  remove(): Promise<void>;
}

export interface TestLakeOptions {
  readonly fs?: FileSystem;
  readonly now?: () => Date;
}

/** @param plans by the name of the pipeline; they may change later. */
export const testLake = async (
  plans: Readonly<Record<string, Plan>>,
  options: TestLakeOptions = {},
): Promise<TestLake> => {
  const folder = await mkdtemp(join(tmpdir(), 'tributary-'));
  const samples = join(folder, 'samples');
  const local = localPlatform({
    lake: join(folder, 'lake'),
    pipelines: samples,
    ...options,
  });
  const platform: Platform = {
    ...local,
    readers: believingReaders(local.catalog),
    definitions: {
      names: async () => Object.keys(plans),
      plan: async (name) => {
        const plan = plans[name];
        if (!plan) throw new UsageError(`there is no pipeline "${name}"`);
        return plan;
      },
      sample: (name) => join(samples, name),
      recording: local.definitions.recording,
    },
  };
  const remove = () => rm(folder, { recursive: true });
  return { folder, platform, samples, remove };
};
