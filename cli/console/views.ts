import { UsageError } from '../../core/errors.ts';
import {
  countRejects,
  listRejects,
  readRejects,
} from '../../functions/quarantine/readRejects.ts';
import { readLedger } from '../../functions/shared/ledger.ts';
import { outcomeNow } from '../../functions/shared/outcomeNow.ts';
import { status } from '../../functions/status/handler.ts';
import type { ConsoleContext } from './context.ts';
import type { Dashboards } from './dashboards.ts';
import { runsNow } from './overview.ts';
import { checksPage } from './pages/checksPage.ts';
import { dashboardPage } from './pages/dashboardPage.ts';
import type { Page } from './pages/layout.ts';
import { type PipelineView, pipelinePage } from './pages/pipelinePage.ts';
import { quarantinePage, type RawRejects } from './pages/quarantinePage.ts';
import { runPage } from './pages/runPage.ts';
import { runsPage } from './pages/runsPage.ts';
import { tablePage } from './pages/tablePage.ts';

const [RUNS, CHECKED_RUNS, REJECT_FILES, RAW_ROWS] = [100, 30, 20, 50];
const PREVIEW = { rows: 20, characters: 200_000, seconds: 10 } as const;

const viewOf = async (
  { platform }: ConsoleContext,
  pipeline: string,
): Promise<PipelineView> => ({
  plan: await platform.definitions.plan(pipeline),
  status: await status(platform)({ pipeline }),
  now: platform.clock.now(),
});

const isPipelineRun = (run: string) => /^[A-Za-z0-9-]+$/.test(run);

/** The pages of one pipeline, each from what is in the lake now. */
export const pipelineViews = (
  context: ConsoleContext,
  dashboards: Dashboards,
) => {
  const { platform, lake } = context;
  const view = (pipeline: string) => viewOf(context, pipeline);
  return {
    flow: async (pipeline: string): Promise<Page> => {
      const [known, state, runs] = await Promise.all([
        view(pipeline),
        platform.catalog.read(pipeline),
        runsNow(platform, pipeline, 1),
      ]);
      return pipelinePage(known, state, runs.at(-1));
    },
    table: async (pipeline: string, name: string): Promise<Page> => {
      const known = await view(pipeline);
      const table = known.plan.tables.find((one) => one.name === name);
      if (!table)
        throw new UsageError(`there is no table "${name}"`, { pipeline });
      const { tables } = await platform.catalog.read(pipeline);
      const published = tables[name];
      const preview =
        published &&
        (await lake.query({
          sql: `SELECT * FROM ${name} LIMIT ${PREVIEW.rows}`,
          database: pipeline,
          limits: PREVIEW,
        }));
      return tablePage(known, table, published, preview);
    },
    runs: async (pipeline: string): Promise<Page> =>
      runsPage(
        await view(pipeline),
        (await runsNow(platform, pipeline, RUNS)).reverse(),
      ),
    run: async (pipeline: string, run: string): Promise<Page> => {
      const known = await view(pipeline);
      const ledger = isPipelineRun(run)
        ? await readLedger(platform, pipeline, run)
        : undefined;
      if (!ledger)
        throw new UsageError(`there is no run "${run}"`, { pipeline });
      const outcome = await outcomeNow(platform, ledger);
      return runPage(known, { ...ledger, outcome });
    },
    checks: async (pipeline: string): Promise<Page> =>
      checksPage(
        await view(pipeline),
        await runsNow(platform, pipeline, CHECKED_RUNS),
      ),
    quarantine: async (
      pipeline: string,
      run: string | undefined,
    ): Promise<Page> => {
      const known = await view(pipeline);
      const all = await listRejects(platform, { pipeline });
      const rejected = await Promise.all(
        all.slice(0, REJECT_FILES).map(async (file) => ({
          file,
          reasons: await countRejects(platform, file),
        })),
      );
      return quarantinePage(known, rejected, await rawOf(context, all, run));
    },
    dashboard: async (
      pipeline: string,
      given: URLSearchParams,
    ): Promise<Page> => {
      const known = await view(pipeline);
      const { tables } = await platform.catalog.read(pipeline);
      const isPublished = Object.keys(tables).length > 0;
      if (isPublished) dashboards.prepare(known.plan, given);
      const choices = isPublished ? await dashboards.choices(known.plan) : {};
      return dashboardPage(known, choices, isPublished);
    },
  };
};

/** The first records of one run; of the last one that rejected any without. */
const rawOf = async (
  { platform }: ConsoleContext,
  all: Awaited<ReturnType<typeof listRejects>>,
  run: string | undefined,
): Promise<RawRejects | undefined> => {
  const wanted = run ?? all[0]?.run;
  const files = all.filter((file) => file.run === wanted);
  if (wanted === undefined || files.length === 0) return undefined;
  const shown: RawRejects['shown'][number][] = [];
  let records = 0;
  for (const file of files)
    for await (const reject of readRejects(platform, file))
      if (records++ < RAW_ROWS) shown.push({ source: file.source, ...reject });
  return { run: wanted, records, shown };
};
