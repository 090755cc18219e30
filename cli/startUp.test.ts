import { spawn, spawnSync } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
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

const BEGINNINGS = [
  ['as a bundle, if there is one', 'tributary.js'],
  ['from its sources', 'main.ts'],
] as const;
const COMMANDS = [['run'], ['status'], ['runs'], ['sql', 'SELECT 1']];

const packagesOf = async (
  beginning: string,
  args: readonly string[],
): Promise<string[]> => {
  const hook = `data:text/javascript,${encodeURIComponent(NAME_PACKAGES)}`;
  const command = join(ROOT, 'cli', beginning);
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

describe.each(BEGINNINGS)('%s', (_, beginning) => {
  test.each(COMMANDS)(
    '%s needs no AWS SDK, chart or browser',
    async (...args) => {
      const packages = await packagesOf(beginning, args);
      if (args[0] === 'run')
        expect(packages).toContain('@duckdb/node-bindings');
      expect(
        packages.filter((name) =>
          /^(@aws-sdk|@smithy|echarts|@resvg|hono|axios|mysql2|pg)/.test(name),
        ),
      ).toEqual([]);
    },
  );

  test('a definition that is wrong is told from a broken program', async () => {
    const pipelines = join(folder(), 'wrong');
    await mkdir(join(pipelines, 'odd'), { recursive: true });
    const vocabulary = JSON.stringify(join(ROOT, 'core', 'index.ts'));
    await writeFile(
      join(pipelines, 'odd', 'pipeline.ts'),
      `import { definePipeline } from ${vocabulary};
export default definePipeline({ name: 'other', period: 'snapshot', sources: {}, tables: {} });`,
    );
    const command = join(ROOT, 'cli', beginning);
    const args = [command, 'run', '--pipelines', pipelines, '--lake', folder()];
    const { status, stderr } = spawnSync(process.execPath, args, {
      encoding: 'utf8',
    });
    expect(stderr).toContain('odd');
    expect(stderr).not.toContain('    at ');
    expect(status).toBe(2);
  });
});
