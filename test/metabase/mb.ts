import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { ROOT } from '../support/tsc.ts';

const PROGRAM = join(ROOT, 'node_modules/@metabase/cli/dist/cli.mjs');

/** Runs Metabase's own command on a server. @returns the JSON it prints. */
export const mb = async <T>(
  url: string,
  apiKey: string,
  home: string,
  ...args: readonly string[]
): Promise<T> => {
  const all = [...args, '--json', '--full', '--max-bytes', '0'];
  const { stdout } = await promisify(execFile)(
    process.execPath,
    [PROGRAM, ...all, '--url', url, '--api-key', apiKey],
    {
      env: { PATH: process.env.PATH ?? '', HOME: home, XDG_CONFIG_HOME: home },
      maxBuffer: 64 << 20,
    },
  );
  return JSON.parse(stdout) as T;
};
