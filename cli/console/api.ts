import { Hono } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import { streamSSE } from 'hono/streaming';
import { UsageError } from '../../core/errors.ts';
import type { GuardedQuery } from '../../engine/query/guardedLake.ts';
import { lastPeriod } from '../answerCards.ts';
import { formatQuery } from '../output/queryFormats.ts';
import {
  quoteBackfill,
  startBackfill,
  startRollback,
  startRun,
} from './actions.ts';
import type { ConsoleContext } from './context.ts';
import { type Dashboards, readFilters } from './dashboards.ts';
import { requireJson, requireToken } from './guard.ts';
import type { Job, JobEvent } from './jobs.ts';
import { readPlans } from './overview.ts';
import type { Completion, Saved, SqlLimits } from './pages/sqlPage.ts';

/** What one answer on the SQL page may have. */
export const SQL_LIMITS: SqlLimits & { readonly characters: number } = {
  rows: 10_000,
  characters: 10_000_000,
  seconds: 20,
};

const MOST_BYTES = 100_000;

/** The tables of the lake and their columns, for the editor. */
export const readCompletions = async ({
  lake,
}: Pick<ConsoleContext, 'lake'>): Promise<Completion[]> => {
  const { rows } = await lake.query({
    sql:
      'SELECT table_schema, table_name, column_name, data_type ' +
      'FROM information_schema.columns ' +
      "WHERE table_schema NOT IN ('main', 'information_schema', 'pg_catalog') " +
      'ORDER BY table_schema, table_name, ordinal_position',
    limits: SQL_LIMITS,
  });
  const tables = Map.groupBy(rows, ([schema, name]) => `${schema}.${name}`);
  return [...tables].map(([name, columns]) => ({
    name,
    columns: columns.map(([, , column, type]) => ({
      name: String(column),
      type: String(type),
    })),
  }));
};

/** The queries that pipelines keep; one that is broken keeps none. */
export const readSaved = async ({
  platform,
}: Pick<ConsoleContext, 'platform'>): Promise<Saved[]> =>
  (await readPlans(platform)).map(({ pipeline, title, queries }) => ({
    pipeline,
    title,
    queries: queries.map((query) => ({
      title: query.title,
      sql: query.sql.text,
    })),
  }));

/** A query, and the pipeline whose tables it may name without it. */
const queryOf = (body: unknown): GuardedQuery => {
  const { sql, database = '' } = (body ?? {}) as Record<string, unknown>;
  if (typeof sql !== 'string') throw new UsageError('sql has to be a text');
  if (typeof database !== 'string')
    throw new UsageError('database has to be a text');
  return { sql, limits: SQL_LIMITS, ...(database !== '' && { database }) };
};

const jobJson = ({ id, kind, pipeline, startedAt }: Job) => ({
  id,
  kind,
  pipeline,
  startedAt,
});

/** What pages ask for and change after they are loaded. */
export const api = (
  context: ConsoleContext,
  dashboards: Dashboards,
  token: string,
  stop: AbortSignal,
): Hono => {
  const { platform, lake, jobs } = context;
  const app = new Hono();
  const small = bodyLimit({ maxSize: MOST_BYTES });

  app.get('/dashboards/:pipeline', async (c) => {
    const plan = await platform.definitions.plan(c.req.param('pipeline'));
    const values = readFilters(plan, new URL(c.req.url).searchParams);
    const cards = await dashboards.answer(plan, values);
    const { tables } = await platform.catalog.read(plan.pipeline);
    return c.json({ plan: plan.dashboard, cards, period: lastPeriod(tables) });
  });

  app.get('/tables', async (c) => c.json(await readCompletions(context)));

  app.post('/sql', small, requireJson, async (c) => {
    const query = queryOf(await c.req.json());
    const startedAt = performance.now();
    const result = await lake.query(query);
    const seconds = (performance.now() - startedAt) / 1000;
    return c.json({ ...result, seconds });
  });

  app.post('/sql/csv', small, requireJson, async (c) => {
    const result = await lake.query(queryOf(await c.req.json()));
    const type = { 'content-type': 'text/csv; charset=utf-8' };
    return c.body(`${formatQuery(result, 'csv')}\n`, 200, type);
  });

  app.get('/jobs', (c) => {
    const job = jobs.running(c.req.query('pipeline') ?? '');
    return c.json(job ? [jobJson(job)] : []);
  });

  app.get('/jobs/:id/events', (c) => {
    const job = jobs.get(c.req.param('id'));
    if (!job) return c.json({ error: { message: 'no such job' } }, 404);
    return streamSSE(c, async (stream) => {
      const left: JobEvent[] = [];
      let wake = () => {};
      const end = jobs.listen(job, (event) => {
        left.push(event);
        wake();
      });
      stream.onAbort(() => {
        end();
        wake();
      });
      while (!stream.aborted) {
        const event = left.shift();
        if (event) {
          await stream.writeSSE({ data: JSON.stringify(event) });
          if (event.type === 'end') break;
        } else
          await new Promise<void>((resolve) => {
            wake = resolve;
          });
      }
      end();
    });
  });

  const changes = new Hono();
  changes.use(small, requireJson, requireToken(token));
  changes.post('/run', async (c) =>
    c.json(jobJson(startRun(context, await named(c), await c.req.json()))),
  );
  changes.post('/backfill', async (c) =>
    c.json(
      jobJson(startBackfill(context, await named(c), await c.req.json(), stop)),
    ),
  );
  changes.post('/backfill/quote', async (c) =>
    c.json(await quoteBackfill(context, await named(c), await c.req.json())),
  );
  changes.post('/rollback', async (c) =>
    c.json(jobJson(startRollback(context, await named(c), await c.req.json()))),
  );
  /** @throws UsageError where no pipeline has the name. */
  const named = async (c: {
    req: { param(name: 'pipeline'): string | undefined };
  }): Promise<string> => {
    const { pipeline } = await platform.definitions.plan(
      c.req.param('pipeline') ?? '',
    );
    return pipeline;
  };
  app.route('/pipelines/:pipeline', changes);
  return app;
};
