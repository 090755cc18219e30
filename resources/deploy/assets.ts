import { execFileSync } from 'node:child_process';
import {
  existsSync,
  globSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { TributaryError } from '../../core/errors.ts';
import type { Plan } from '../../core/plan.ts';
import { buildLayer } from '../../layers/build.ts';
import { DRIVER } from '../../platform/local/spark/jdbcDriver.ts';
import { projectDriver } from '../../platform/local/spark/projectSpark.ts';
import { findJobSecrets } from '../findSources.ts';
import { jobKey, jobModules, jobPackages, jobScript } from '../jobFiles.ts';
import { layerKey, layerNames } from '../layer.ts';
import { type Entry, zip } from './zip.ts';

const CACHE = fileURLToPath(new URL('../../.cache/aws', import.meta.url));

/** A file that a deploy puts beside the functions' code. */
export interface Asset {
  readonly key: string;
  readonly file: string;
}

const readFolder = (folder: string): Entry[] =>
  globSync('**', { cwd: folder })
    .filter((path) => statSync(join(folder, path)).isFile())
    .map((path) => ({
      path: path.replaceAll('\\', '/'),
      body: readFileSync(join(folder, path)),
    }));

/** Installs what the job brings along; needs the network, once. */
const installPackages = (): string => {
  const packages = jobPackages();
  const folder = join(CACHE, 'python', packages.join('_'));
  if (existsSync(folder)) return folder;
  const building = `${folder}.building-${process.pid}`;
  const python = process.env.TRIBUTARY_PYTHON ?? 'python3';
  try {
    execFileSync(
      python,
      [
        '-m',
        'pip',
        'install',
        '-q',
        '--no-deps',
        '--no-compile',
        '--only-binary=:all:',
        '--target',
        building,
        ...packages,
      ],
      { stdio: ['ignore', 'ignore', 'pipe'] },
    );
    renameSync(building, folder);
    return folder;
  } catch (cause) {
    throw new TributaryError(
      `the Glue job needs ${packages.join(', ')}, which ${python} -m pip cannot ` +
        'fetch. Install Python 3 with pip, and try again with a network',
      {},
      { cause },
    );
  } finally {
    rmSync(building, { recursive: true, force: true });
  }
};

/** What a deploy brings along is for this stage, and for its plans. */
export interface AssetsOf {
  readonly stage: string;
  readonly architecture: string;
  readonly plans: readonly Plan[];
}

const MAKERS = ({ stage, architecture, plans }: AssetsOf) => ({
  [`${jobKey(stage)}/job_template.py`]: async () => jobScript(),
  [`${jobKey(stage)}/etl.zip`]: () =>
    zip([...jobModules(), ...readFolder(installPackages())]),
  ...Object.fromEntries(
    layerNames().map((layer) => [
      layerKey(layer, { stage, architecture }),
      () => zip(readFolder(buildLayer(layer, architecture))),
    ]),
  ),
  ...(findJobSecrets(plans).length > 0 && {
    [`${jobKey(stage)}/${DRIVER}`]: async () =>
      readFileSync(await projectDriver()),
  }),
});

/** Makes what is not there yet. @returns each with the key it is deployed at. */
export const makeAssets = async (of: AssetsOf): Promise<Asset[]> => {
  const assets: Asset[] = [];
  for (const [key, make] of Object.entries(MAKERS(of))) {
    const file = join(CACHE, key);
    if (!existsSync(file)) {
      mkdirSync(dirname(file), { recursive: true });
      writeFileSync(`${file}.${process.pid}`, await make());
      renameSync(`${file}.${process.pid}`, file);
    }
    assets.push({ key, file });
  }
  return assets;
};
