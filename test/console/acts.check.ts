import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { PIPELINES } from '../support/testLake.ts';
import { chromiumProgram } from './chromium.ts';
import { type Served, serveSamples } from './serve.ts';
import { openBrowser, openVisit, textOf, type Visit } from './visit.ts';

/** A run, from its click to its end, on a busy machine. */
const LONG = { timeout: 60_000 };

/** Counts rows of the tables that pipelines must get from their samples. */
const expectedRows = async (
  file: string,
  isCounted: (fields: readonly string[]) => boolean,
): Promise<number> => {
  const text = await readFile(join(PIPELINES, file), 'utf8');
  const lines = text.trim().split('\n').slice(1);
  return lines.filter((line) => isCounted(line.split(','))).length;
};

if (chromiumProgram()) {
  let served: Served;
  let browser: Browser;
  let visit: Visit;
  beforeAll(async () => {
    [served, browser] = await Promise.all([serveSamples(), openBrowser()]);
  });
  afterAll(async () => {
    await browser?.close();
    expect(await served?.stop()).toBe(0);
  });
  beforeEach(async () => {
    visit = await openVisit(browser, served);
  });
  afterEach(async () => {
    await visit.close();
    expect(visit.faults).toEqual([]);
  });

  /** Opens the dialog of an action, and says what it shall do. */
  const dialogOf = async (action: string, path: string) => {
    await visit.go(path);
    await visit.page.getByRole('button', { name: action, exact: true }).click();
    return visit.page.getByRole('dialog');
  };

  const ended = async (state: 'done' | 'failed') => {
    const job = visit.page.locator(`#job[data-state=${state}]`);
    await job.waitFor(LONG);
    return job;
  };

  const factOf = (term: string) =>
    visit.page.locator('.facts > div', { hasText: term }).locator('dd');

  /** The dates that runs of a pipeline were published for, newest first. */
  const periods = async (pipeline: string): Promise<string[]> => {
    await visit.go(`/pipelines/${pipeline}/runs`);
    const lines = await visit.page.locator('tbody tr').all();
    return Promise.all(
      lines.map(async (line) => {
        const [period, outcome] = await line.locator('td').allInnerTexts();
        return `${period?.trim()} ${outcome?.trim()}`;
      }),
    );
  };

  test('a run, with its steps as they go, then its page', async () => {
    const dialog = await dialogOf('Run', '/pipelines/crime');
    expect(await visit.violations()).toEqual([]);
    await visit.picture('dialog-run');
    await dialog.getByRole('button', { name: 'Run' }).click();
    const steps = visit.page.locator('#job ol.progress li');
    await steps.first().waitFor(LONG);
    const job = await ended('done');
    const names = (await steps.allInnerTexts()).map(
      (text) => text.match(/^[a-z ]+/)?.[0].trim() ?? '',
    );
    expect(names).toEqual(
      expect.arrayContaining([
        'plan',
        'fetch reported',
        'transform',
        'publish',
      ]),
    );
    expect(await textOf(job.locator('pre'))).toContain('crime');
    await visit.picture('job-run');
    await job.getByRole('link', { name: 'Look at the run' }).click();
    await visit.page.waitForURL(/\/runs\/[\w-]+$/);
    expect(await visit.page.locator('.waterfall li').count()).toBeGreaterThan(
      3,
    );
    expect(await textOf(factOf('Took'))).toMatch(/ s$/);
  });

  test('a run that cannot begin says why, and readers keep what they had', async () => {
    const dialog = await dialogOf('Run', '/pipelines/arrivals');
    await dialog.getByLabel(/Logical date/).fill('2001-01-01');
    await dialog.getByRole('button', { name: 'Run' }).click();
    const job = await ended('failed');
    expect(await textOf(job.locator('pre'))).toContain('before the start date');
    await visit.picture('job-failed');
    await visit.go('/pipelines/arrivals/tables/fact_arrivals');
    expect(await textOf(factOf('Rows'))).toBe('1,466');
  });

  test('a backfill is quoted, and goes on period by period', async () => {
    const dialog = await dialogOf('Backfill', '/pipelines/loans');
    const quote = dialog.getByRole('status');
    await dialog.getByLabel('From').fill('2022-09-30');
    await dialog.getByLabel('To').fill('2022-09-30');
    await dialog.getByLabel(/published/).check();
    await quote.getByText('1 ').first().waitFor(LONG);
    expect(await visit.violations()).toEqual([]);
    await visit.picture('dialog-backfill');
    await dialog.getByRole('button', { name: 'Backfill' }).click();
    const job = await ended('done');
    expect(await textOf(job.locator('pre'))).toContain('[1/1]');
    await visit.picture('job-backfill');
    expect((await periods('loans'))[0]).toBe('2022-09-30 published');
  });

  test('a backfill of days the wrong way round is refused in words', async () => {
    const dialog = await dialogOf('Backfill', '/pipelines/loans');
    await dialog.getByLabel('From').fill('2022-09-30');
    await dialog.getByLabel('To').fill('2022-09-01');
    await dialog.getByRole('alert').waitFor(LONG);
    expect(await textOf(dialog.getByRole('alert'))).toContain('2022-09');
  });

  test('a rollback takes back what readers see', async () => {
    const before = await periods('songs');
    expect(before).toEqual(['2018-10 published']);
    const dialog = await dialogOf('Roll back', '/pipelines/songs');
    await visit.picture('dialog-rollback');
    await dialog.getByRole('button', { name: 'Roll back' }).click();
    await ended('done');
    await visit.picture('job-rollback');
    expect(await periods('songs')).toEqual(['2018-10 rolled back']);
    await visit.go('/pipelines/songs/tables/songs');
    expect(await textOf(factOf('Rows'))).toBe('not published');
    await visit.go('/pipelines/songs/dashboard');
    await visit.picture('nothing-published');
  });

  test('a filter changes the numbers, and the address', async () => {
    const number = visit.page.locator('.chart-scalar strong').first();
    await visit.go('/pipelines/arrivals/dashboard');
    const all = await expectedRows(
      'arrivals/expected/fact_arrivals.csv',
      () => true,
    );
    expect(await textOf(number)).toBe(all.toLocaleString('en-US'));
    const from = visit.page.getByLabel('from');
    await from.fill('2016-04-11');
    await visit.page.locator('[data-drawn*="2016-04-11.."]').waitFor(LONG);
    const head = (
      await readFile(
        join(PIPELINES, 'arrivals/expected/fact_arrivals.csv'),
        'utf8',
      )
    ).split('\n')[0];
    const at = head?.split(',').indexOf('arrive_date') ?? -1;
    const some = await expectedRows(
      'arrivals/expected/fact_arrivals.csv',
      (fields) => (fields[at] ?? '') >= '2016-04-11',
    );
    expect(some).toBeLessThan(all);
    expect(await textOf(number)).toBe(some.toLocaleString('en-US'));
    await visit.picture('dashboard-filtered');
    const { page } = visit;
    await page.reload();
    await page.locator('[data-drawn*="2016-04-11.."]').waitFor(LONG);
    expect(await textOf(number)).toBe(some.toLocaleString('en-US'));
    await page.getByRole('button', { name: 'Clear' }).click();
    await page.locator('[data-drawn=all]').waitFor(LONG);
    expect(await textOf(number)).toBe(all.toLocaleString('en-US'));
  });

  test('a chosen value filters, and its list opens by key', async () => {
    const { page } = visit;
    await visit.go('/pipelines/crime/dashboard');
    const number = page.locator('.chart-scalar strong').first();
    await page.locator('[data-filter=type] summary').focus();
    await page.keyboard.press('Enter');
    await page.getByRole('checkbox', { name: 'THEFT', exact: true }).check();
    await page.locator('[data-drawn*=THEFT]').waitFor(LONG);
    const thefts = await readFile(
      join(PIPELINES, 'crime/expected/unsolved_by_type.csv'),
      'utf8',
    );
    expect(await textOf(number)).toBe(/^THEFT,(\d+)/m.exec(thefts)?.[1]);
    await visit.picture('dashboard-choices');
  });
} else
  test('there is no Chromium', () => {
    expect(process.env.CI).toBeUndefined();
  });
