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
export const transcodeFiles = (from, to) => {
  const decoder = new TextDecoder('windows-1252');
  mkdirSync(to);
  for (const name of readdirSync(from)) {
    const bytes = readFileSync(join(from, name));
    writeFileSync(join(to, name), decoder.decode(bytes));
  }
};

/**
 * Writes all JSON files below a folder into one, in the order of their paths.
 * DuckDB needs 0.7 s and 200 MB to read 1,943 files one by one, Node 0.05 s.
 */
export const joinFiles = (from, to) => {
  const names = readdirSync(from, { recursive: true });
  const out = openSync(to, 'w');
  for (const name of names.filter((n) => n.endsWith('.json')).sort()) {
    writeSync(out, readFileSync(join(from, name)));
    writeSync(out, '\n');
  }
  closeSync(out);
};
