import { statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { localDefinitions } from '../../platform/local/localDefinitions.ts';
import { makeAssets } from './assets.ts';

/** What the framework knows of a packaging, a deploy or a removal. */
export interface Deployment {
  readonly stage: string;
  readonly architecture: string;
  readonly folder: string;
  /** The folder of what is packaged. */
  readonly packaged: string;
  readonly functions: readonly string[];
  readonly isKept: boolean;
  readonly say: (text: string) => void;
}

const PIPELINES = fileURLToPath(new URL('../../pipelines', import.meta.url));

/** Compiles the plans that each function carries, and makes what is deployed beside the code. */
export const prepare = async ({ stage, architecture, folder }: Deployment) => {
  const definitions = localDefinitions(PIPELINES);
  const names = await definitions.names();
  const plans = await Promise.all(
    names.map(async (name) => [name, await definitions.plan(name)]),
  );
  writeFileSync(
    join(folder, 'plans.json'),
    JSON.stringify(Object.fromEntries(plans)),
  );
  await makeAssets(stage, architecture);
};

/** Prints what each function weighs: a cold start loads all of it. */
export const weigh = ({ folder, packaged, functions, say }: Deployment) => {
  for (const name of functions) {
    const { size } = statSync(join(folder, packaged, `${name}.zip`));
    say(`${name.padEnd(16)} ${(size / 1e6).toFixed(2).padStart(6)} MB zipped`);
  }
};
export const uploadJob = () => {};
export const empty = () => {};
