import type { Platform } from '../../platform/ports.ts';
import { type Status, status } from './handler.ts';

/** How pipelines stand, all where none are named, in the order of their names. */
export const statusOfAll = async (
  platform: Platform,
  pipelines?: readonly string[],
): Promise<Status[]> => {
  const tell = status(platform);
  const names = pipelines ?? (await platform.definitions.names());
  return Promise.all(names.map((pipeline) => tell({ pipeline })));
};
