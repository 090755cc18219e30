import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';

/** The first of some programs that is in `PATH` or in one of more folders. */
export const findProgram = (
  names: readonly string[],
  folders: readonly string[] = [],
): string | undefined => {
  const path = (process.env.PATH ?? '').split(delimiter).filter(Boolean);
  return names
    .flatMap((name) => [...folders, ...path].map((at) => join(at, name)))
    .find((program) => existsSync(program));
};
