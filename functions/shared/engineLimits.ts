import { join } from 'node:path';
import type { EngineLimits } from '../../engine/database.ts';
import type { Platform } from '../../platform/ports.ts';

/** What the engine may use, for all runs of a process. */
export const engineLimits = ({
  memory,
  scratch,
}: Pick<Platform, 'memory' | 'scratch'>): EngineLimits => ({
  memory,
  spillDir: join(scratch, 'spill'),
});
