import { Hono } from 'hono';
import { HTTPException } from 'hono/http-exception';
import { TributaryError } from '../../core/errors.ts';
import { api, readCompletions, readSaved, SQL_LIMITS } from './api.ts';
import { assets } from './assets.ts';
import type { ConsoleContext } from './context.ts';
import { dashboardAnswers } from './dashboards.ts';
import { flowPictures } from './flowPictures.ts';
import { guardHost } from './guard.ts';
import { readOverview, readPlans } from './overview.ts';
import { dashboardsPage } from './pages/dashboardPage.ts';
import { html } from './pages/html.ts';
import { layout, type Page } from './pages/layout.ts';
import { overviewPage } from './pages/overviewPage.ts';
import { sqlPage } from './pages/sqlPage.ts';
import { pipelineViews } from './views.ts';

export interface AppOptions {
  readonly token: string;
  /** Known once the server listens. */
  readonly port: () => number;
  /** Aborted where the server is to end: no more is begun. */
  readonly stop: AbortSignal;
}

const errorPage = (title: string, message: string): Page => ({
  title,
  body: html`<div class="head"><h1>${title}</h1></div>
<pre class="error">${message}</pre><p><a href="/">Back to the overview</a></p>`,
});

/** The console as an application: pages, their parts, and what they may do. */
export const createApp = (
  context: ConsoleContext,
  options: AppOptions,
): Hono => {
  const { platform, folder } = context;
  const dashboards = dashboardAnswers(context);
  const views = pipelineViews(context, dashboards);
  const drawFlow = flowPictures();
  const app = new Hono();
  app.use(guardHost(options.port));
  app.route('/', assets());
  app.use(async (c, next) => {
    await next();
    c.header('cache-control', 'no-store');
  });
  app.route('/api', api(context, dashboards, options.token, options.stop));

  const shown = async (page: Promise<Page> | Page) =>
    layout(await page, folder);
  app.get('/', async (c) =>
    c.html(shown(overviewPage(platform, await readOverview(platform)))),
  );
  app.get('/dashboards', async (c) =>
    c.html(shown(dashboardsPage(await readPlans(platform)))),
  );
  app.get('/sql', async (c) =>
    c.html(
      shown(
        sqlPage(
          await readCompletions(context),
          await readSaved(context),
          SQL_LIMITS,
        ),
      ),
    ),
  );
  app.get('/pipelines/:p', (c) => c.html(shown(views.flow(c.req.param('p')))));
  app.get('/pipelines/:p/flow.svg', async (c) => {
    const plan = await platform.definitions.plan(c.req.param('p'));
    const type = { 'content-type': 'image/svg+xml; charset=utf-8' };
    return c.body(await drawFlow(plan), 200, type);
  });
  app.get('/pipelines/:p/tables/:t', (c) =>
    c.html(shown(views.table(c.req.param('p'), c.req.param('t')))),
  );
  app.get('/pipelines/:p/runs/:r', (c) =>
    c.html(shown(views.run(c.req.param('p'), c.req.param('r')))),
  );
  app.get('/pipelines/:p/quarantine', (c) =>
    c.html(shown(views.quarantine(c.req.param('p'), c.req.query('run')))),
  );
  app.get('/pipelines/:p/dashboard', (c) => {
    const { searchParams } = new URL(c.req.url);
    return c.html(shown(views.dashboard(c.req.param('p'), searchParams)));
  });
  for (const tab of ['runs', 'checks'] as const)
    app.get(`/pipelines/:p/${tab}`, (c) =>
      c.html(shown(views[tab](c.req.param('p') ?? ''))),
    );

  app.notFound(async (c) =>
    c.html(
      shown(errorPage('Not found', `There is no page ${c.req.path}`)),
      404,
    ),
  );
  app.onError(async (error, c) => {
    if (error instanceof HTTPException)
      return c.json(
        { error: { name: 'RefusedError', message: 'the body is too long' } },
        error.status,
      );
    const isOurs = error instanceof TributaryError;
    const isJson = error instanceof SyntaxError;
    if (!isOurs && !isJson) console.error(error);
    // What a person typed wrong is an answer: a browser would log any other
    // status as an error of the page.
    const isAnswer = isOurs && c.req.method === 'POST';
    const status = isAnswer ? 200 : isOurs || isJson ? 400 : 500;
    const { name, message } = error;
    if (isAnswer) c.header('x-tributary-error', name);
    if (c.req.path.startsWith('/api/'))
      return c.json({ error: { name, message } }, status);
    return c.html(shown(errorPage('Something is wrong', message)), status);
  });
  return app;
};
