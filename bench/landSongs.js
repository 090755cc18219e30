// Lands the song files of a folder, and says what came of it. It starts as the
// command does.
//   node bench/landSongs.js <drop> <lake>
import module from 'node:module';
import { join } from 'node:path';
import { growSlowly } from '../cli/startUp/growth.js';
import { runJoined } from '../cli/startUp/runJoined.js';

const root = join(import.meta.dirname, '..');

growSlowly();
module.enableCompileCache(join(root, '.cache', 'compile'));
const { landSongs } = runJoined(
  join(root, '.cache', 'bench', 'songs'),
  'songs',
).songs;

const [drop, lake] = process.argv.slice(2);
console.log(JSON.stringify(await landSongs(drop, lake)));
