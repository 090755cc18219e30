import { fileURLToPath } from 'node:url';
import { localDefinitions } from '../../platform/local/localDefinitions.ts';
import { NO_METABASE } from '../metabase/settings.ts';
import type { Stack } from '../settings.ts';

/** The stage dev of the shipped pipelines, without what is optional. */
export const testStack = async (): Promise<Stack> => {
  const definitions = localDefinitions(
    fileURLToPath(new URL('../../pipelines', import.meta.url)),
  );
  const names = await definitions.names();
  return {
    stage: 'dev',
    architecture: 'arm64',
    isKept: false,
    schedules: true,
    email: '',
    monthlyBudget: 20,
    logDays: 30,
    transformMemory: 3008,
    mysql: false,
    metabase: NO_METABASE,
    queryGigabytes: 10,
    glueWorkers: 5,
    plans: await Promise.all(names.map(definitions.plan)),
  };
};
