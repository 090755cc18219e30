import { compile } from '../../core/compile.ts';
import { definePipeline } from '../../core/definePipeline.ts';
import { bigint, int, table } from '../../core/index.ts';
import type { Source } from '../../core/source.ts';
import { fetch } from '../../functions/fetch/handler.ts';
import { type Manifest, readManifest } from '../../functions/fetch/manifest.ts';
import { plan as planStep } from '../../functions/plan/handler.ts';
import { keys } from '../../functions/shared/keys.ts';
import { type TestLake, testLake } from '../../functions/testing/testLake.ts';
import { newExecution } from '../../platform/local/localExecutions.ts';
import type { HttpSettings, Platform } from '../../platform/ports.ts';

/** What a fetch of every source landed: manifests by source. */
export type Landed = Readonly<Record<string, Manifest>>;

export interface LiveLake extends TestLake {
  /** Plans a live run and fetches its sources, wave by wave. */
  land(sources: readonly Source[]): Promise<Landed>;
  /** The text of a landed file. */
  text(manifest: Manifest | undefined, path?: string): Promise<string>;
  /** What is in the landing, whole or not. */
  landing(): Promise<string[]>;
}

/** Tries come quickly after each other in tests. */
const QUICK: HttpSettings = { backoffMs: 5, connectMs: 3000, readMs: 10_000 };

/** A lake of its own whose sources are fetched live. */
export const liveLake = async (
  http: HttpSettings = {},
  ports: Partial<Platform> = {},
): Promise<LiveLake> => {
  const plans: Record<string, ReturnType<typeof compile>> = {};
  const lake = await testLake(plans);
  const platform: Platform = {
    ...lake.platform,
    http: { ...QUICK, ...http },
    ...ports,
  };
  const { store } = platform;

  const land: LiveLake['land'] = async (sources) => {
    plans.shop = compile(
      definePipeline({
        name: 'shop',
        title: 'Shop',
        period: 'day',
        schedule: 'rate(1 day)',
        sources,
        tables: [table('counted', { columns: { n: bigint() } })],
      }),
      { 'sql/counted.sql': `SELECT count(*) AS n FROM ${sources[0]?.name}` },
    );
    const {
      waves,
      engine: _,
      ...event
    } = await planStep(platform)({
      pipeline: 'shop',
      date: '2024-05-02',
      options: { live: true },
      execution: {
        id: await newExecution(),
        startedAt: new Date().toISOString(),
      },
    });
    const landed: Record<string, Manifest> = {};
    try {
      const manifests = new Map<string, string>();
      for (const item of waves.flat()) {
        const result = await fetch(platform)({ ...event, ...item });
        manifests.set(item.source, result.manifest);
      }
      for (const [source, key] of manifests)
        landed[source] = await readManifest(platform, key);
      // As the step does that comes next: what landed is flushed.
      await store.write(keys.output('shop', event.run), '{}');
      return landed;
    } finally {
      await platform.locks.release('run/shop/2024-05-02', event.execution.id);
    }
  };
  return {
    ...lake,
    platform,
    land,
    text: async (manifest, path) => {
      const files = manifest?.files ?? [];
      const file = path ? files.find((f) => f.path === path) : files[0];
      return (await store.read(file?.key ?? 'none')) ?? '';
    },
    landing: async () => [
      ...(await store.list('landing/')),
      ...(await store.unfinished('landing/')).map(({ key }) => key),
    ],
  };
};

/** Columns that most tests get along with. */
export const columns = { id: int(), name: int() };
