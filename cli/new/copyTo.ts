import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Database } from '../../engine/database.ts';
import { text } from '../../engine/sql.ts';

/** The rows of a SELECT as the bytes of a file. */
export const copyTo = async (
  db: Database,
  select: string,
  format: 'parquet' | 'json',
): Promise<Uint8Array> => {
  const folder = await mkdtemp(join(tmpdir(), 'tributary-new-'));
  try {
    const file = join(folder, 'sample');
    await db.run(`COPY (${select}) TO ${text(file)} (FORMAT ${format})`);
    return await readFile(file);
  } finally {
    await rm(folder, { recursive: true });
  }
};
