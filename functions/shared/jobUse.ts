import type { Platform } from '../../platform/ports.ts';
import type { Ledger } from './ledger.ts';

/**
 * What was counted for the Spark job of a run, for its ledger. Nothing where it
 * had none, or is not counted yet: then its price is an estimate by its seconds.
 */
export const jobUse = async (
  { jobs }: Pick<Platform, 'jobs'>,
  ledger: Pick<Ledger, 'engine' | 'run'> | undefined,
): Promise<Pick<Ledger, 'dpuSeconds'>> => {
  if (ledger?.engine.name !== 'spark') return {};
  const dpuSeconds = await jobs.dpuSeconds(ledger.run).catch(() => undefined);
  return dpuSeconds === undefined ? {} : { dpuSeconds };
};
