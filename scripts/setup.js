// Plain JavaScript for Node 20, built-in modules only: it runs before anything
// is installed.
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, rmSync, statSync, symlinkSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const modules = join(root, 'node_modules');
const bin = join(modules, '.bin');

const isInstalled = () => {
  const stamp = join(modules, '.package-lock.json');
  const lock = join(root, 'package-lock.json');
  return (
    existsSync(stamp) && statSync(stamp).mtimeMs >= statSync(lock).mtimeMs - 1e3
  );
};

const nodeVersion = () => {
  const run = spawnSync(join(bin, 'node'), ['--version'], { encoding: 'utf8' });
  return run.status === 0 ? run.stdout.trim() : undefined;
};

if (!isInstalled() || !nodeVersion()) {
  console.log('Installing what Tributary needs (once, about a minute) …');
  execFileSync(
    process.platform === 'win32' ? 'npm.cmd' : 'npm',
    ['ci', '--no-audit', '--no-fund', '--loglevel=error'],
    { cwd: root, stdio: ['ignore', 'inherit', 'inherit'] },
  );
}

const version = nodeVersion();
if (!version) {
  console.error(
    'The bundled Node 24 (npm package "node") could not be started: its ' +
      'install script may have been blocked. Run "npm rebuild node" and again.',
  );
  process.exit(1);
}

const link = join(bin, 'tributary');
if (!existsSync(link) && process.platform !== 'win32') {
  mkdirSync(bin, { recursive: true });
  rmSync(link, { force: true });
  symlinkSync(join('..', '..', 'cli', 'tributary.js'), link);
}

// A faster start, no more: whoever installed without esbuild goes without.
const { bundleCommand } = await import('./bundle.js');
await bundleCommand(root).catch((error) => {
  if (error.code !== 'ERR_MODULE_NOT_FOUND')
    console.warn(`The command starts from its sources: ${error.message}`);
});
