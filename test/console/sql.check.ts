import { readFile } from 'node:fs/promises';
import type { Browser } from 'playwright-core';
import { chromiumProgram } from './chromium.ts';
import { type Served, serveSamples } from './serve.ts';
import { openBrowser, openVisit, textOf, type Visit } from './visit.ts';

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
    await visit.go('/sql');
  });
  afterEach(async () => {
    await visit.close();
    expect(visit.faults).toEqual([]);
  });

  const ask = async (sql: string) => {
    await visit.page.getByLabel('Query', { exact: true }).fill(sql);
    await visit.page.keyboard.press('Escape');
    await visit.page.getByRole('button', { name: 'Ask' }).click();
  };

  const SOME =
    'SELECT loan_category, loans FROM loans.loans_by_category ORDER BY loans DESC, loan_category LIMIT 3';

  test('answers as a table, as a chart, and as CSV', async () => {
    const { page } = visit;
    await ask(SOME);
    const table = page.locator('#as-table');
    await table.getByText('GOLD LOAN').waitFor();
    expect(await table.locator('tbody tr').allInnerTexts()).toEqual([
      'GOLD LOAN\t20',
      'HOUSING\t15',
      'ELECTRONICS\t12',
    ]);
    const waiting = page.waitForEvent('download');
    await page.getByRole('button', { name: 'CSV' }).click();
    const file = await (await waiting).path();
    expect(await readFile(file, 'utf8')).toBe(
      'loan_category,loans\nGOLD LOAN,20\nHOUSING,15\nELECTRONICS,12\n',
    );
    await page.getByRole('button', { name: 'Chart', exact: true }).click();
    await page.locator('#chart canvas').waitFor();
    expect(await visit.violations()).toEqual([]);
    await visit.picture('sql-chart');
    expect(new URL(page.url()).searchParams.get('q')).toBe(SOME);
  });

  test.each([
    [
      'a column that is not there',
      'SELECT nothing FROM banks.dim_bank',
      'nothing',
    ],
    ['no SELECT', 'DROP TABLE banks.dim_bank', 'SELECT'],
    ['half a query', 'SELECT * FROM', 'syntax error'],
    ['which line', 'SELECT *\nFRM banks.dim_bank', 'LINE 2: FRM'],
  ])('says what is wrong: %s', async (_, sql, said) => {
    await ask(sql);
    const problem = visit.page.locator('#problem');
    await problem.waitFor();
    expect(await textOf(problem)).toContain(said);
    expect(await visit.page.locator('#result').isHidden()).toBe(true);
    expect(await visit.violations()).toEqual([]);
    await visit.picture('sql-error');
    await ask(SOME);
    await visit.page.getByText('GOLD LOAN').first().waitFor();
    expect(await problem.isHidden()).toBe(true);
  });

  test('completes tables, then their columns', async () => {
    const { page } = visit;
    const query = page.getByLabel('Query', { exact: true });
    const option = page.locator('#completions [aria-selected=true]');
    await query.pressSequentially('SELECT * FROM dim_ba');
    expect(await textOf(option)).toContain('banks.dim_bank');
    expect(await visit.violations()).toEqual([]);
    await visit.picture('sql-completion');
    await page.keyboard.press('Tab');
    await query.pressSequentially(' WHERE bank_n');
    expect(await textOf(option)).toContain('bank_name');
    await page.keyboard.press('Enter');
    expect(await query.inputValue()).toBe(
      'SELECT * FROM banks.dim_bank WHERE bank_name',
    );
    await query.pressSequentially(' IS NOT N');
    await page.keyboard.press('Escape');
    await page.keyboard.press('Control+Enter');
    await page.locator('#problem').waitFor();
  });

  test('a saved query fills the editor, over the tables of its pipeline', async () => {
    const { page } = visit;
    const saved = page.getByLabel('Saved query');
    await saved.selectOption('Share without an arrest, by type');
    const text = await page.getByLabel('Query', { exact: true }).inputValue();
    expect(text).toContain('FROM crime_reported');
    expect(await page.locator('#result').isHidden()).toBe(true);
    await page.getByRole('button', { name: 'Ask' }).click();
    await page.locator('#as-table tbody tr').first().waitFor();
    expect(await visit.violations()).toEqual([]);
    await visit.picture('sql-saved');
    await page.reload();
    await page.locator('#as-table tbody tr').first().waitFor();
    expect(await page.getByLabel('Tables of').inputValue()).toBe('crime');
  });

  test('a table at the side asks for its first rows', async () => {
    const { page } = visit;
    await page.getByText('songs.users').click();
    await page.getByRole('button', { name: 'First rows' }).click();
    await page.locator('#as-table tbody tr').first().waitFor();
    expect(await page.getByLabel('Query', { exact: true }).inputValue()).toBe(
      'SELECT * FROM songs.users LIMIT 100',
    );
    expect(await textOf(page.locator('#told'))).toMatch(/^13 rows/);
  });

  /** What has the focus, in words, and whether one sees that. */
  const focused = () =>
    visit.page.evaluate(`(() => {
      const at = document.activeElement;
      const { outlineStyle, outlineWidth } = getComputedStyle(at);
      const isSeen = outlineStyle !== 'none' && parseFloat(outlineWidth) >= 2;
      return [(at.getAttribute('aria-label') ?? at.innerText).trim(), isSeen];
    })()`);

  test('the keyboard is enough: links, focus, a dialog that gives it back', async () => {
    const { page } = visit;
    await visit.go('/');
    const order: unknown[] = [];
    for (let i = 0; i < 6; i++) {
      await page.keyboard.press('Tab');
      order.push(await focused());
    }
    expect(order).toEqual([
      ['Skip to the content', true],
      ['Tributary', true],
      ['Overview', true],
      ['Dashboards', true],
      ['SQL', true],
      ['Colours: as the system', true],
    ]);
    await page.keyboard.press('Enter');
    await page.locator('html[data-theme=light]').waitFor();
    await visit.go('/pipelines/crime');
    await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    expect(await page.evaluate('document.activeElement.id')).toBe('content');
    await page.keyboard.press('Tab');
    await page.keyboard.press('Tab');
    expect(await focused()).toEqual(['Run', true]);
    await page.keyboard.press('Enter');
    await page.getByRole('dialog').waitFor();
    await page.keyboard.press('Escape');
    expect(await page.getByRole('dialog').count()).toBe(0);
    expect(await focused()).toEqual(['Run', true]);
  });
} else
  test('there is no Chromium', () => {
    expect(process.env.CI).toBeUndefined();
  });
