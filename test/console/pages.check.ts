import type { Browser } from 'playwright-core';
import { localPlatform } from '../../platform/local/localPlatform.ts';
import { PIPELINES } from '../support/testLake.ts';
import { chromiumProgram } from './chromium.ts';
import { type Served, serveSamples } from './serve.ts';
import {
  openBrowser,
  openVisit,
  settled,
  THEMES,
  textOf,
  WIDTHS,
  type Width,
} from './visit.ts';

const { definitions } = localPlatform({ lake: '.', pipelines: PIPELINES });
const plans = await Promise.all(
  (await definitions.names()).map((name) => definitions.plan(name)),
);

/** Every page that the console has, by its address. */
const PAGES = [
  '/',
  '/dashboards',
  '/sql',
  '/sql?q=SELECT%20*%20FROM%20banks.dim_bank',
  ...plans.flatMap(({ pipeline, tables }) => [
    `/pipelines/${pipeline}`,
    ...['dashboard', 'runs', 'checks', 'quarantine'].map(
      (tab) => `/pipelines/${pipeline}/${tab}`,
    ),
    `/pipelines/${pipeline}/tables/${tables[0]?.name}`,
  ]),
];

/** They are all made alike: one of each pipeline is looked at more closely. */
const MORE_TABLES = plans.flatMap(({ pipeline, tables }) =>
  tables.slice(1).map(({ name }) => `/pipelines/${pipeline}/tables/${name}`),
);

/** A page's address as the name of a file. */
const fileName = (path: string) =>
  decodeURIComponent(path).replace(/\W+/g, '-').replace(/^-|-$/g, '') ||
  'overview';

if (chromiumProgram()) {
  let served: Served;
  let browser: Browser;
  beforeAll(async () => {
    [served, browser] = await Promise.all([serveSamples(), openBrowser()]);
  });
  afterAll(async () => {
    await browser?.close();
    expect(await served?.stop()).toBe(0);
  });

  const firstRun = async (pipeline: string): Promise<string> => {
    const page = await fetch(`${served.origin}/pipelines/${pipeline}/runs`);
    const found = /\/pipelines\/\w+\/runs\/([\w-]+)/.exec(await page.text());
    return found?.[0] ?? '';
  };

  /** Looks at a page in both themes. */
  const look = async (
    visit: Awaited<ReturnType<typeof openVisit>>,
    width: Width,
    path: string,
    name = fileName(path),
  ) => {
    const { page } = visit;
    await page.emulateMedia({ colorScheme: 'light' });
    await visit.go(path);
    expect(await page.title()).toMatch(/^.+ · Tributary$/);
    const found: string[] = [];
    for (const theme of THEMES) {
      await page.emulateMedia({ colorScheme: theme });
      await settled(page);
      found.push(
        ...(await visit.violations()).map((one) => `${theme}: ${one}`),
      );
      await visit.picture(`${name}-${width}-${theme}`);
    }
    const wide = await page.evaluate(
      'document.documentElement.scrollWidth - document.documentElement.clientWidth',
    );
    expect([path, found, wide]).toEqual([path, [], 0]);
  };

  describe.each(Object.keys(WIDTHS) as Width[])('%s', (width) => {
    let visit: Awaited<ReturnType<typeof openVisit>>;
    beforeAll(async () => {
      visit = await openVisit(browser, served, width);
    });
    afterAll(() => visit.close());
    afterEach(() => {
      const { faults } = visit;
      expect(faults.splice(0)).toEqual([]);
    });

    test.each(PAGES)('%s', (path) => look(visit, width, path));
    test('a page that is not there says so', async () => {
      await look(visit, width, '/nowhere');
      expect(await textOf(visit.page.locator('.error'))).toContain('/nowhere');
      // This one error is the browser's own word for the answer.
      expect(visit.faults.splice(0)).toEqual([expect.stringContaining('404')]);
    });
    test.each(plans.map(({ pipeline }) => pipeline))(
      'a run of %s',
      async (pipeline) =>
        look(visit, width, await firstRun(pipeline), `run-${pipeline}`),
    );
  });

  test('every other table shows its rows', async () => {
    const visit = await openVisit(browser, served);
    for (const path of MORE_TABLES) {
      await visit.page.goto(served.origin + path);
      const rows = visit.page.locator('[aria-labelledby=preview] tbody tr');
      expect([path, await rows.count()]).not.toEqual([path, 0]);
    }
    expect(visit.faults).toEqual([]);
    await visit.close();
  });
} else
  test('there is no Chromium', () => {
    expect(process.env.CI).toBeUndefined();
  });
