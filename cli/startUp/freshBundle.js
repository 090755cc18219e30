import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';

/** Where bundles lie, below the project's root. */
export const BUNDLES = join('.cache', 'command');

/** Written last: it names the one bundle that counts, and what it is made of. */
export const INDEX = 'index.json';

/** Its packages; an installation writes it anew. */
export const INSTALLED = 'node_modules/.package-lock.json';

/**
 * A file's size and times of change: what tells that it is still the same.
 *
 * @param {string} path
 * @returns {string}
 */
export const stampOf = (path) => {
  const { size, mtimeMs, ctimeMs } = statSync(path);
  return `${size} ${mtimeMs} ${ctimeMs}`;
};

/**
 * The folder of the bundle that `scripts/bundle.js` has made of the command, as
 * long as it is whole and none of its sources has changed since; undefined if
 * there is none.
 *
 * @param {string} root the project's
 * @returns {string | undefined}
 */
export const freshBundle = (root) => {
  try {
    const index = readFileSync(join(root, BUNDLES, INDEX), 'utf8');
    const { folder, inputs, outputs } = JSON.parse(index);
    for (const [path, stamp] of Object.entries(inputs))
      if (stampOf(join(root, path)) !== stamp) return undefined;
    for (const [path, bytes] of Object.entries(outputs))
      if (statSync(join(root, path)).size !== bytes) return undefined;
    return join(root, BUNDLES, folder);
  } catch {
    return undefined;
  }
};
