import { findProgram } from '../servers/findProgram.ts';

/** Chromium, by `CHROMIUM` or under one of its names in `PATH`. */
export const chromiumProgram = (): string | undefined =>
  process.env.CHROMIUM ||
  findProgram(['chromium', 'chromium-browser', 'google-chrome']);
