import { mkdir } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import type { AxeResults } from 'axe-core';
import {
  type Browser,
  chromium,
  type Locator,
  type Page,
} from 'playwright-core';
import { ROOT } from '../support/tsc.ts';
import { chromiumProgram } from './chromium.ts';
import type { Served } from './serve.ts';

/** Pictures of all pages, to be looked at. */
const PICTURES = join(ROOT, '.cache', 'console', 'screenshots');

const AXE = createRequire(import.meta.url).resolve('axe-core/axe.min.js');

export const WIDTHS = {
  desktop: { width: 1280, height: 900 },
  phone: { width: 390, height: 844 },
} as const;
export type Width = keyof typeof WIDTHS;

export const THEMES = ['light', 'dark'] as const;
export type ThemeName = (typeof THEMES)[number];

/** A tab of a browser, and all that must not happen in it. */
export interface Visit {
  readonly page: Page;
  /** Errors on the console, of scripts, and requests to anywhere else. */
  readonly faults: string[];
  /** Opens a page, and waits until all of it is drawn. */
  go(path: string): Promise<void>;
  /** What axe finds, in words. */
  violations(): Promise<string[]>;
  picture(name: string): Promise<void>;
  close(): Promise<void>;
}

export const openBrowser = (): Promise<Browser> =>
  chromium.launch({
    executablePath: chromiumProgram() ?? 'chromium',
    // Debian's sandbox needs rights that a container does not give to root.
    args: process.getuid?.() === 0 ? ['--no-sandbox'] : [],
  });

const watch = (page: Page, origin: string): string[] => {
  const faults: string[] = [];
  page.on('console', (message) => {
    if (['error', 'warning'].includes(message.type()))
      faults.push(`${page.url()}: ${message.type()}: ${message.text()}`);
  });
  page.on('pageerror', (error) => faults.push(`${page.url()}: ${error}`));
  page.on('request', (request) => {
    const url = request.url();
    if (!/^(data|blob):/.test(url) && !url.startsWith(`${origin}/`))
      faults.push(`${page.url()} asked for ${url}`);
  });
  return faults;
};

/** The text of an element, as the page has it. */
export const textOf = async (element: Locator): Promise<string> =>
  (await element.textContent())?.trim() ?? '';

/** All that a page fetches and draws after it is loaded has come. */
export const settled = async (page: Page): Promise<void> => {
  await page.waitForFunction('document.fonts.status === "loaded"');
  await page.waitForFunction('!document.querySelector("[aria-busy=true]")');
};

const violationsOf = async (page: Page): Promise<string[]> => {
  if (!(await page.evaluate('"axe" in window')))
    await page.evaluate(await axeSource());
  const found = (await page.evaluate(
    'axe.run(document, { resultTypes: ["violations"] })',
  )) as AxeResults;
  return found.violations.flatMap(({ id, help, nodes }) =>
    nodes.map(({ target }) => `${page.url()} ${id}: ${help}: ${target}`),
  );
};

let source: Promise<string> | undefined;
const axeSource = (): Promise<string> => {
  source ??= import('node:fs/promises').then(({ readFile }) =>
    readFile(AXE, 'utf8'),
  );
  return source;
};

/** Opens a tab that knows the token of the console. */
export const openVisit = async (
  browser: Browser,
  { origin, address }: Served,
  width: Width = 'desktop',
  theme: ThemeName = 'light',
): Promise<Visit> => {
  const context = await browser.newContext({
    viewport: WIDTHS[width],
    colorScheme: theme,
    reducedMotion: 'reduce',
    hasTouch: width === 'phone',
  });
  const page = await context.newPage();
  const faults = watch(page, origin);
  await page.goto(address);
  return {
    page,
    faults,
    go: async (path) => {
      await page.goto(origin + path, { waitUntil: 'networkidle' });
      await settled(page);
    },
    violations: () => violationsOf(page),
    picture: async (name) => {
      await mkdir(PICTURES, { recursive: true });
      const file = join(PICTURES, `${name}.png`);
      await page.screenshot({ path: file, fullPage: true });
    },
    close: () => context.close(),
  };
};
