import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ManifestFile } from '../../functions/fetch/manifest.ts';
import { joinModules } from '../../scripts/bundle.js';

const ROOT = join(import.meta.dirname, '..', '..');

/** Joins the modules of `land.js`, as those of the command are. */
export const joinLanding = (): Promise<unknown> =>
  joinModules(
    ROOT,
    { steps: './bench/live/steps.ts' },
    join('.cache', 'bench', 'land'),
  );

/** The arguments of Node that land a pipeline's sources live. */
export const landing = (
  lake: string,
  pipelines: string,
  pipeline: string,
  date: string,
  more: readonly string[] = [],
): string[] => [
  join(import.meta.dirname, 'land.js'),
  ...[lake, pipelines, pipeline, date, ...more],
];

/** What the manifests of a lake list. */
export const landedIn = async (
  lake: string,
  pipeline: string,
): Promise<ManifestFile[]> => {
  const folder = join(lake, 'landing', pipeline);
  const names = await readdir(folder, { recursive: true });
  const manifests = names.filter((name) => name.endsWith('manifest.json'));
  const bodies = manifests.map((name) => readFile(join(folder, name), 'utf8'));
  return (await Promise.all(bodies)).flatMap(
    (body) => (JSON.parse(body) as { files: ManifestFile[] }).files,
  );
};
