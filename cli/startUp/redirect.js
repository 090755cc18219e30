import module from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

export const urlOf = (...path) => pathToFileURL(join(...path)).href;

/**
 * A definition imports the vocabulary from its source: it gets the one that the
 * bundle has. What a bundle imports is where it says, without a look.
 *
 * @param {string} root the project's
 * @param {string} bundle a folder that `scripts/bundle.js` made
 */
export const redirect = (root, bundle) => {
  const inside = urlOf(bundle, '');
  const vocabulary = urlOf(root, 'core', 'index.ts');
  const found = (url) => ({ url, format: 'module', shortCircuit: true });
  module.registerHooks({
    resolve: (specifier, context, next) => {
      const { parentURL } = context;
      if (parentURL?.startsWith(inside) && specifier.startsWith('./'))
        return found(new URL(specifier, parentURL).href);
      if (!specifier.endsWith('/core/index.ts'))
        return next(specifier, context);
      const resolved = next(specifier, context);
      return resolved.url === vocabulary
        ? found(urlOf(bundle, 'core.js'))
        : resolved;
    },
  });
};
