import type { Platform } from '../../platform/ports.ts';
import type { Ledger, Outcome } from './ledger.ts';

/** A run's outcome; `killed` where it is open and nobody works on it. */
export const outcomeNow = async (
  { executions }: Pick<Platform, 'executions'>,
  { outcome, execution }: Pick<Ledger, 'outcome' | 'execution'>,
): Promise<Outcome | 'killed'> =>
  outcome === 'running' && !(await executions.isRunning(execution))
    ? 'killed'
    : outcome;
