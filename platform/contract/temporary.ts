import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Does something with a folder that is gone afterwards. */
export const inTemporary = async <T>(
  act: (folder: string) => Promise<T>,
): Promise<T> => {
  const folder = await mkdtemp(join(tmpdir(), 'tributary-'));
  try {
    return await act(folder);
  } finally {
    await rm(folder, { recursive: true });
  }
};
