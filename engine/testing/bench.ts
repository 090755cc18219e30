import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Database, openDatabase } from '../database.ts';

/** A connection of its own, and an empty folder. */
export interface Bench {
  readonly db: Database;
  readonly folder: string;
}

/**
 * Sets up what tests of the engine need, for the file or the block that calls
 * it. @returns what opens a bench; all are closed and removed afterwards.
 */
export const testBench = (): (() => Promise<Bench>) => {
  const open: Database[] = [];
  let root = '';
  beforeAll(async () => {
    root = await mkdtemp(join(tmpdir(), 'tributary-engine-'));
  });
  afterEach(() => {
    for (const db of open.splice(0)) db.close();
  });
  afterAll(() => rm(root, { recursive: true, force: true }));
  return async () => {
    const db = await openDatabase({ spillDir: join(root, 'spill') });
    open.push(db);
    return { db, folder: await mkdtemp(join(root, 'bench-')) };
  };
};
