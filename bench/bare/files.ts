import {
  closeSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';

/** Writes UTF-8 copies of the Windows-1252 files of a folder. */
export const transcodeFiles = (from: string, to: string): void => {
  const decoder = new TextDecoder('windows-1252');
  mkdirSync(to);
  for (const name of readdirSync(from))
    writeFileSync(join(to, name), decoder.decode(readFileSync(join(from, name))));
};

/** Writes all JSON files below a folder into one, in the order of paths. */
export const joinFiles = (from: string, to: string): void => {
  const names = readdirSync(from, { recursive: true, encoding: 'utf8' });
  const out = openSync(to, 'w');
  for (const name of names.filter((n) => n.endsWith('.json')).sort()) {
    writeSync(out, readFileSync(join(from, name)));
    writeSync(out, '\n');
  }
  closeSync(out);
};
