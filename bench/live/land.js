// Lands the sources of a pipeline live and does nothing more: what is compared
// with a program that writes what it received. It starts as the command does.
//   node bench/live/land.js <lake> <pipelines> <pipeline> <date> [from=to] [secrets]
import module from 'node:module';
import { join } from 'node:path';
import { growSlowly } from '../../cli/startUp/growth.js';
import { redirect } from '../../cli/startUp/redirect.js';
import { runJoined } from '../../cli/startUp/runJoined.js';

const root = join(import.meta.dirname, '..', '..');
const joined = join(root, '.cache', 'bench', 'land');

growSlowly();
module.enableCompileCache(join(root, '.cache', 'compile'));
redirect(root, joined);
const { landSources } = runJoined(joined, 'land').steps;

const [lake, pipelines, pipeline, date, origin, secrets] =
  process.argv.slice(2);
await landSources({ lake, pipelines, pipeline, date, origin, secrets });
