import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Opened, Subject } from '../contract/subject.ts';
import { endExecution, newExecution } from './localExecutions.ts';
import { localPlatform } from './localPlatform.ts';

/** Opens a lake in a folder, for the contracts. */
export const open = async (place: string): Promise<Opened> => {
  const { store, locks, catalog } = localPlatform({
    lake: join(place, 'lake'),
    pipelines: place,
  });
  const end = async (execution: string) => endExecution(execution);
  return { store, locks, catalog, begin: newExecution, end };
};

export const localSubject: Subject = {
  module: import.meta.url,
  newPlace: () => mkdtemp(join(tmpdir(), 'tributary-')),
  removePlace: (place) => rm(place, { recursive: true }),
};
