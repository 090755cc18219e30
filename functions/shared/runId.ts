import { createHash } from 'node:crypto';
import type { ExecutionInfo } from './events.ts';

/**
 * The run's id: when its execution started, to the millisecond, and a part of
 * its name's digest. It sorts by time, and a step that is repeated finds the
 * same one.
 */
export const runId = ({ id, startedAt }: ExecutionInfo): string => {
  const time = new Date(startedAt).toISOString().replace(/[-:.]/g, '');
  const digest = createHash('sha256').update(id).digest('hex');
  return `${time}-${digest.slice(0, 6)}`;
};
