import module from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

const urlOf = (...path) => pathToFileURL(join(...path)).href;

/**
 * A definition imports the vocabulary from its source: it gets the one that the
 * bundle has.
 *
 * @param {string} root the project's
 * @param {string} bundle a folder that `scripts/bundle.js` made
 */
export const redirect = (root, bundle) => {
  const vocabulary = urlOf(root, 'core', 'index.ts');
  const joined = { url: urlOf(bundle, 'core.mjs'), format: 'module' };
  module.registerHooks({
    resolve: (specifier, context, next) => {
      if (!specifier.endsWith('/core/index.ts'))
        return next(specifier, context);
      const resolved = next(specifier, context);
      return resolved.url === vocabulary
        ? { ...joined, shortCircuit: true }
        : resolved;
    },
  });
};
