import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { ROOT } from './context.ts';
import { PIPELINES, testFolder } from './testing/tributary.ts';

// Written to the standard error by the process itself, as it ends.
const NAME_PACKAGES = `
import { registerHooks } from 'node:module';
const packages = new Set();
registerHooks({
  resolve: (specifier, context, next) => {
    const resolved = next(specifier, context);
    const [, name] = /.*node_modules\\/((?:@[^/]+\\/)?[^/]+)/.exec(resolved.url) ?? [];
    if (name) packages.add(name);
    return resolved;
  },
});
process.on('exit', () => console.error(JSON.stringify([...packages])));
`;
const folder = testFolder();

const packagesOf = async (args: readonly string[]): Promise<string[]> => {
  const hook = `data:text/javascript,${encodeURIComponent(NAME_PACKAGES)}`;
  const command = join(ROOT, 'cli', 'tributary.js');
  const child = spawn(process.execPath, [
    ...['--import', hook, command, ...args],
    ...['--pipelines', PIPELINES, '--lake', join(folder(), 'lake')],
  ]);
  const [, stderr] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
  ]);
  return JSON.parse(stderr.trim().split('\n').at(-1) ?? '');
};

test.each([
  ['run', ['run']],
  ['status', ['status']],
  ['runs', ['runs']],
  ['sql', ['sql', 'SELECT 1']],
])('%s begins without the AWS SDK, a chart or a browser', async (_, args) => {
  const packages = await packagesOf(args);
  expect(packages).toContain('commander');
  expect(
    packages.filter((name) =>
      /^(@aws-sdk|@smithy|echarts|@resvg|hono|axios|mysql2|pg)/.test(name),
    ),
  ).toEqual([]);
});
