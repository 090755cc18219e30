import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readLedger } from '../functions/shared/ledger.ts';
import { usageOf } from '../functions/shared/usageOf.ts';
import { localCatalog } from '../platform/local/localCatalog.ts';
import { localLocks } from '../platform/local/localLocks.ts';
import { localPlatform } from '../platform/local/localPlatform.ts';
import type { Store } from '../platform/ports.ts';
import { ROOT } from '../test/support/tsc.ts';
import { execute } from './localMachine.ts';

let lake: string;
beforeAll(async () => {
  lake = await mkdtemp(join(tmpdir(), 'tributary-'));
});
afterAll(() => rm(lake, { recursive: true, force: true }));

const READS = ['read', 'local'];

/** A store that counts what would be requests of S3. */
const counting = (store: Store) => {
  const counts = { puts: 0, gets: 0 };
  const counted = new Proxy(store, {
    get: (target, name: keyof Store) => {
      const act = target[name];
      return (...args: never[]) => {
        counts[READS.includes(name) ? 'gets' : 'puts'] += 1;
        return (act as (...given: never[]) => unknown).apply(target, args);
      };
    },
  });
  return { counted, counts };
};

test.each(['loans', 'banks'])(
  'the price of %s has room for all requests of a run, and not for thrice them',
  async (pipeline) => {
    const platform = localPlatform({
      lake,
      pipelines: join(ROOT, 'pipelines'),
    });
    const { counted, counts } = counting(platform.store);
    const world = {
      ...platform,
      store: counted,
      locks: localLocks(counted, platform.executions),
      catalog: localCatalog(counted),
    };
    const event = { pipeline, date: null, options: {} };
    const { run, error } = await execute(world, event);
    expect(error).toBeUndefined();
    const ledger = await readLedger(platform, pipeline, run);
    if (!ledger) throw new Error('the run has no ledger');
    const { puts, gets } = usageOf(ledger, 'arm64');
    expect({ puts: counts.puts <= puts, gets: counts.gets <= gets }).toEqual({
      puts: true,
      gets: true,
    });
    expect(puts).toBeLessThan(3 * counts.puts);
    expect(gets).toBeLessThan(3 * counts.gets);
  },
  120_000,
);
