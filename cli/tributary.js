#!/usr/bin/env node
// Plain JavaScript, so that an older Node can hand over to the one that is
// installed beside the libraries.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import module from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { freshBundle } from './startUp/freshBundle.js';
import { growSlowly } from './startUp/growth.js';
import { kindOf } from './startUp/kindOf.js';
import { redirect } from './startUp/redirect.js';
import { runJoined } from './startUp/runJoined.js';

const NEEDED = 24;
const root = dirname(dirname(fileURLToPath(import.meta.url)));

if (Number(process.versions.node.split('.')[0]) < NEEDED) {
  const node = join(root, 'node_modules', 'node', 'bin', 'node');
  if (!existsSync(node)) {
    console.error(
      `Tributary needs Node ${NEEDED}: run "npm start" once, which installs it.`,
    );
    process.exit(2);
  }
  const args = [fileURLToPath(import.meta.url), ...process.argv.slice(2)];
  const child = spawn(node, args, { stdio: 'inherit' });
  // Both get what a terminal sends; the command takes that for one key press.
  for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'])
    process.on(name, () => child.kill(name));
  const [status, signal] = await once(child, 'exit');
  process.removeAllListeners();
  if (signal) process.kill(process.pid, signal);
  process.exit(status ?? 1);
}

growSlowly();
module.enableCompileCache(join(root, '.cache', 'compile'));
// All is said and done: to free memory bit by bit would take as long as a step.
process.once('beforeExit', () => process.exit());
// To what runs for weeks a definition may come when its bundle has gone.
const isLasting = ['serve', 'schedule'].includes(process.argv[2]);
const bundle = isLasting ? undefined : freshBundle(root);
if (bundle) redirect(root, bundle);
const main = bundle
  ? runJoined(bundle, kindOf(process.argv.slice(2))).main
  : await import('./main.ts');
await main.done;
