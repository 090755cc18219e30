import { cp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { openDatabase } from '../../../engine/database.ts';
import { text } from '../../../engine/sql.ts';
import { PIPELINES } from '../../support/testLake.ts';

/** Two inputs of every pipeline that give other rows in its tables. */
export const INPUTS = ['whole', 'thinned'] as const;
export type Input = (typeof INPUTS)[number];

const NEVER_THINNED = /recording\.json$|SOURCE\.md$|README\.md$|\.SAS$/;

/** Every tenth record, but the first few, goes. */
const isKept = (i: number) => i < 4 || i % 10 !== 0;

const thinParquet = async (file: string, folder: string): Promise<void> => {
  const db = await openDatabase({ spillDir: join(folder, 'spill') });
  const whole = `${file}.whole`;
  try {
    await cp(file, whole);
    await db.run(
      `COPY (SELECT * EXCLUDE (n) FROM (SELECT *, row_number() OVER () AS n ` +
        `FROM read_parquet(${text(whole)})) WHERE n < 4 OR n % 10 <> 0) ` +
        `TO ${text(file)} (FORMAT parquet)`,
    );
    await rm(whole);
  } finally {
    db.close();
  }
};

/**
 * Rows that a merge has once stay without being sent again. At the same age the
 * new row wins, so here other values do what missing rows do elsewhere.
 */
const withArrest = (line: string, n: number) =>
  n % 3 === 0 ? line.replace(/,false,/i, ',true,') : line;

const changeLines = (file: string, lines: readonly string[]): string[] =>
  file.includes('crimes_')
    ? lines.map(withArrest)
    : lines.filter((_, n) => isKept(n));

const thin = async (folder: string): Promise<void> => {
  const entries = await readdir(folder, {
    recursive: true,
    withFileTypes: true,
  });
  const files = entries
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => join(parentPath, name))
    .filter((file) => !NEVER_THINNED.test(file))
    .sort();
  for (const [i, file] of files.entries()) {
    if (file.endsWith('.parquet')) await thinParquet(file, folder);
    else if (/song_data/.test(file)) {
      if (!isKept(i)) await rm(file);
    } else if (!file.includes('tariffs')) {
      const lines = (await readFile(file, 'latin1')).split(/(?<=\n)/);
      await writeFile(file, changeLines(file, lines).join(''), 'latin1');
    }
  }
  await rm(join(folder, 'spill'), { recursive: true, force: true });
};

/** Makes the inputs below a folder. @returns what `--replay` takes. */
export const makeInputs = async (
  folder: string,
  names: readonly string[],
): Promise<Readonly<Record<Input, string>>> => {
  const found = {
    whole: join(folder, 'whole'),
    thinned: join(folder, 'thinned'),
  };
  for (const replay of Object.values(found))
    for (const name of names) {
      const sample = join(PIPELINES, name, 'sample');
      await cp(sample, join(replay, name), { recursive: true });
    }
  for (const name of names) await thin(join(found.thinned, name));
  return found;
};
