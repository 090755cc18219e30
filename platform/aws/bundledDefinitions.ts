import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { SourceError, UsageError } from '../../core/errors.ts';
import type { Plan } from '../../core/plan.ts';
import type { Definitions } from '../definitions.ts';
import type { Store } from '../ports.ts';
import { recordingsPrefix } from './recordings.ts';

const sampleKey = (name: string) => `samples/${name}/`;

/**
 * The plans that were compiled when the functions were packaged, and the
 * samples and recordings that lie in the landing bucket.
 * @param file holds the plans by pipeline; see `npm run plans`.
 */
export const bundledDefinitions = (
  file: string,
  store: Pick<Store, 'list' | 'local'>,
  scratch: string,
): Definitions => {
  let plans: Promise<Readonly<Record<string, Plan>>> | undefined;
  const read = () => {
    plans ??= readFile(file, 'utf8').then((body) => JSON.parse(body));
    return plans;
  };
  const download = async (pipeline: string, what: string, prefix: string) => {
    const keys = await store.list(prefix);
    if (keys.length === 0)
      throw new SourceError(`there is no ${what} at ${prefix}: upload it`, {
        pipeline,
      });
    for (const key of keys) await store.local(key);
    return join(scratch, 'objects', prefix);
  };
  return {
    names: async () => Object.keys(await read()).sort(),
    plan: async (name) => {
      const known = await read();
      const plan = Object.hasOwn(known, name) ? known[name] : undefined;
      if (plan) return plan;
      const names = Object.keys(known).sort().join(', ') || 'none';
      throw new UsageError(`there is no pipeline "${name}". Known: ${names}`);
    },
    sample: (name) => download(name, 'sample', sampleKey(name)),
    recording: (name, replay) =>
      download(name, 'recording', `${recordingsPrefix(replay)}${name}/`),
  };
};
