import type { Platform } from '../../platform/ports.ts';
import { type Status, status } from './handler.ts';

/** How all pipelines stand, by their names. */
export const statusOfAll = async (platform: Platform): Promise<Status[]> => {
  const tell = status(platform);
  const names = await platform.definitions.names();
  return Promise.all(names.map((pipeline) => tell({ pipeline })));
};
