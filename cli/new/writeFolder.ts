import { mkdir, mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join, relative, sep } from 'node:path';
import { UsageError } from '../../core/errors.ts';
import { ROOT } from '../context.ts';
import type { Draft } from './draft.ts';
import {
  renderExpected,
  renderPipeline,
  renderReadme,
  renderSql,
} from './render.ts';

/** A module's path as an import from a folder names it. */
const importPath = (folder: string, module: string): string => {
  const path = relative(folder, module).split(sep).join('/');
  return path.startsWith('.') ? path : `./${path}`;
};

const filesOf = (draft: Draft, folder: string) => {
  const { name, date, rows } = draft;
  const core = importPath(folder, join(ROOT, 'core', 'index.ts'));
  const counts = {
    landed: rows.length,
    used: rows.length,
    dropped: 0,
    duplicates: 0,
    quarantined: 0,
  };
  const sample = Object.entries(draft.sample).map(
    ([path, body]) => [`sample/${path}`, body] as const,
  );
  return [
    ['pipeline.ts', renderPipeline(draft, core)] as const,
    [`sql/${name}.sql`, renderSql(draft)] as const,
    ['sample/recording.json', `${JSON.stringify({ date })}\n`] as const,
    ...sample,
    [`expected/${name}.csv`, renderExpected(draft)] as const,
    [
      'expected/sources.json',
      `${JSON.stringify({ [`${name}_input`]: counts }, null, 2)}\n`,
    ] as const,
    ['README.md', renderReadme(draft)] as const,
  ];
};

/**
 * Writes the folder of a pipeline, as a whole or not at all.
 * @returns the paths of its files below it.
 * @throws UsageError where there is such a folder.
 */
export const writeFolder = async (
  draft: Draft,
  pipelines: string,
): Promise<string[]> => {
  const folder = join(pipelines, draft.name);
  await mkdir(pipelines, { recursive: true });
  // Beside it, so that it takes its place by one rename; without a
  // `pipeline.ts` until then, nobody takes it for a pipeline.
  const beside = await mkdtemp(join(pipelines, `.${draft.name}-`));
  try {
    const files = filesOf(draft, folder);
    for (const [path, body] of files) {
      await mkdir(dirname(join(beside, path)), { recursive: true });
      await writeFile(join(beside, path), body);
    }
    await rename(beside, folder).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'ENOTEMPTY' && error.code !== 'EEXIST') throw error;
      throw new UsageError(`there is a folder ${folder} already`);
    });
    return files.map(([path]) => path);
  } finally {
    await rm(beside, { recursive: true, force: true });
  }
};
