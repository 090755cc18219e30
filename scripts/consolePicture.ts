import { chromium } from 'playwright-core';
import { startConsole } from '../cli/console/startConsole.ts';
import { localPlatform } from '../platform/local/localPlatform.ts';
import { chromiumProgram } from '../test/console/chromium.ts';

const VIEW = { width: 1200, height: 960 };
const PAGE = '/pipelines/crime';

/**
 * Takes a picture of the console over a lake, as a browser shows it. Browsers
 * differ by their versions, so that no test compares its bytes.
 * @returns false where there is no Chromium.
 */
export const consolePicture = async (
  lake: string,
  pipelines: string,
  file: string,
): Promise<boolean> => {
  const program = chromiumProgram();
  if (!program) return false;
  const platform = localPlatform({ lake, pipelines });
  const site = await startConsole({ platform, lake, port: 0, runOptions: {} });
  const browser = await chromium.launch({
    executablePath: program,
    args: process.getuid?.() === 0 ? ['--no-sandbox'] : [],
  });
  try {
    const page = await browser.newPage({
      viewport: VIEW,
      colorScheme: 'light',
      reducedMotion: 'reduce',
    });
    await page.goto(site.address);
    await page.goto(site.origin + PAGE, { waitUntil: 'networkidle' });
    await page.screenshot({ path: file });
  } finally {
    await browser.close();
    await site.close();
  }
  return true;
};
