import { relative, sep } from 'node:path';
import { ROOT, tsc } from './tsc.ts';

/** One file's import of another, of values or of types, now or later. */
export interface Import {
  readonly from: string;
  readonly to: string;
}

const IMPORTED = /^ +Imported via .+? from file '(.+?)'/;

/**
 * All imports among the files of a project, as the compiler sees them.
 * @param folder holds a `tsconfig.json`; paths are below it, with `/`.
 */
export const importsOf = async (folder: string): Promise<Import[]> => {
  const printed = await tsc(['--explainFiles', '--project', folder]);
  const below = (path: string) => relative(relative(ROOT, folder), path);
  const imports: Import[] = [];
  let to = '';
  for (const line of printed.split(/\r?\n/)) {
    if (/^\S/.test(line)) to = line;
    const from = IMPORTED.exec(line)?.[1];
    if (from && !to.includes('node_modules'))
      imports.push({
        from: below(from).replaceAll(sep, '/'),
        to: below(to).replaceAll(sep, '/'),
      });
  }
  return imports;
};
