// Makes the API reference in docs/api/, and of the Glue job by pdoc in
// docs/api/python/, where there is a Python for it. TypeDoc needs the JavaScript API of
// TypeScript 6, which TypeScript 7 does not have: both are installed apart, in
// .cache, from a lock file of their own.
import { execFileSync, spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const from = join(root, 'scripts', 'reference');
const tools = join(root, '.cache', 'reference');
const run = (program, args, cwd) =>
  execFileSync(program, args, { cwd, stdio: ['ignore', 'inherit', 'inherit'] });

const read = (path) => (existsSync(path) ? readFileSync(path, 'utf8') : '');
const lock = read(join(from, 'package-lock.json'));
// Written last, so that an install that was cut off is done again.
const stamp = join(tools, 'installed.json');

if (read(stamp) !== lock) {
  console.log('Installing TypeDoc (once) …');
  rmSync(tools, { recursive: true, force: true });
  mkdirSync(tools, { recursive: true });
  for (const name of ['package.json', 'package-lock.json'])
    cpSync(join(from, name), join(tools, name));
  const npm = process.platform === 'win32' ? 'npm.cmd' : 'npm';
  run(npm, ['ci', '--no-audit', '--no-fund', '--loglevel=error'], tools);
  cpSync(join(from, 'package-lock.json'), stamp);
}

const { resolve } = createRequire(join(tools, 'package.json'));
const typedoc = join(dirname(resolve('typedoc/package.json')), 'bin/typedoc');
const plugin = resolve('typedoc-plugin-missing-exports');
run(
  process.execPath,
  [
    typedoc,
    ...['--options', join(from, 'typedoc.json')],
    ...['--plugin', plugin],
    ...['--out', join(root, 'docs', 'api')],
  ],
  root,
);

const setUp = spawnSync('bash', ['glue-jobs/test.sh', '--only-set-up'], {
  cwd: root,
  stdio: ['ignore', 'inherit', 'inherit'],
});
if (setUp.status === 0)
  run(
    join(root, '.cache', 'python', 'bin', 'python'),
    [
      ...['-W', 'ignore', '-m', 'pdoc'],
      ...['--output-directory', join(root, 'docs', 'api', 'python')],
      ...['etl', 'job_template'],
    ],
    join(root, 'glue-jobs'),
  );
else console.log('The Glue job is left out: see above.');
