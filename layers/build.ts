import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { TributaryError, UsageError } from '../core/errors.ts';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const MODULES = join(ROOT, 'node_modules');

/** Lambda's name of a processor, and npm's. */
const PROCESSORS: Readonly<Record<string, string>> = {
  arm64: 'arm64',
  x86_64: 'x64',
};

interface Locked {
  readonly version: string;
  readonly integrity?: string;
}

const locked = (name: string): Locked => {
  const lock = JSON.parse(
    readFileSync(join(ROOT, 'package-lock.json'), 'utf8'),
  ) as { packages: Record<string, Locked> };
  const found = lock.packages[`node_modules/${name}`];
  if (!found) throw new TributaryError(`package-lock.json lacks ${name}`);
  return found;
};

/** @returns the name of the archive. */
const download = (what: string, folder: string): string => {
  const npm = process.platform === 'win32' ? 'npm.cmd' : 'npm';
  try {
    const said = execFileSync(
      npm,
      ['pack', what, '--json', '--pack-destination', folder],
      { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] },
    );
    const [{ filename }] = JSON.parse(said) as [{ filename: string }];
    return filename.replace(/^@/, '').replace('/', '-');
  } catch (cause) {
    throw new TributaryError(
      `the layer needs ${what}, which npm cannot fetch. Try again with a ` +
        'network, or with --param architecture= of this very machine',
      {},
      { cause },
    );
  }
};

/** Fetches a package that npm would not install here, for it is for another processor. */
const fetchPackage = (name: string, folder: string): void => {
  const { version, integrity } = locked(name);
  const scratch = mkdtempSync(join(tmpdir(), 'tributary-layer-'));
  try {
    const archive = join(scratch, download(`${name}@${version}`, scratch));
    const digest = createHash('sha512')
      .update(readFileSync(archive))
      .digest('base64');
    if (integrity !== undefined && integrity !== `sha512-${digest}`)
      throw new TributaryError(
        `${name} is not the one that package-lock.json names`,
      );
    mkdirSync(folder, { recursive: true });
    execFileSync('tar', [
      '-xzf',
      archive,
      '--strip-components=1',
      '-C',
      folder,
    ]);
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
};

/**
 * What each layer holds: a package with native code, and the one with that code
 * for a processor.
 */
const LAYERS = {
  duckdb: {
    name: '@duckdb/node-bindings',
    native: (processor: string) => `@duckdb/node-bindings-linux-${processor}`,
  },
  blake3: {
    name: '@napi-rs/blake-hash',
    native: (processor: string) => `@napi-rs/blake-hash-linux-${processor}-gnu`,
  },
} as const;

export type LayerName = keyof typeof LAYERS;

/** The version of what a layer holds. */
export const layerVersion = (layer: LayerName): string =>
  locked(LAYERS[layer].name).version;

/**
 * Makes a layer with native code for a processor of Lambda, where it is not
 * there yet. Needs the network once for another processor than this machine's.
 * @param architecture `arm64` or `x86_64`.
 * @returns its folder.
 */
export const buildLayer = (layer: LayerName, architecture: string): string => {
  const processor = PROCESSORS[architecture];
  if (!processor)
    throw new UsageError(
      `there is no processor "${architecture}": arm64 or x86_64`,
    );
  const { name: main, native } = LAYERS[layer];
  const version = layerVersion(layer);
  const folder = join(ROOT, '.cache', 'layers', `${layer}-${architecture}`);
  const stamp = join(folder, `${layer}-${version}.txt`);
  if (existsSync(stamp)) return folder;
  const building = `${folder}.building-${process.pid}`;
  const packages = join(building, 'nodejs', 'node_modules');
  try {
    for (const name of [main, native(processor)]) {
      const here = join(MODULES, name);
      const there = join(packages, name);
      if (existsSync(here)) cpSync(here, there, { recursive: true });
      else fetchPackage(name, there);
    }
    writeFileSync(join(building, `${layer}-${version}.txt`), `${version}\n`);
    rmSync(folder, { recursive: true, force: true });
    renameSync(building, folder);
  } finally {
    rmSync(building, { recursive: true, force: true });
  }
  return folder;
};

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href)
  for (const layer of Object.keys(LAYERS) as LayerName[])
    console.log(buildLayer(layer, process.argv[2] ?? 'arm64'));
