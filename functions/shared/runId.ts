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

/** When a run started, as its id says; undefined for what is no run's id. */
export const startOfRun = (run: string): Date | undefined => {
  const parts = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)(\d{3})Z-/.exec(run);
  if (!parts) return undefined;
  const [, y, month, d, h, m, s, ms] = parts;
  return new Date(`${y}-${month}-${d}T${h}:${m}:${s}.${ms}Z`);
};
