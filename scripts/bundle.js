// Joins the modules of the command, so that it starts in half the time: Node
// takes longer to find and link some 450 of them than a small pipeline runs.
// Plain JavaScript for Node 20: set-up calls it, before anything else runs.
import {
  existsSync,
  readdirSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { isBuiltin } from 'node:module';
import { join, relative, sep } from 'node:path';
import {
  BUNDLES,
  freshBundle,
  INDEX,
  INSTALLED,
  stampOf,
} from '../cli/startUp/freshBundle.js';
import { JOINED, SCRIPT } from '../cli/startUp/runJoined.js';
import { stubOf, UNUSED } from '../cli/startUp/unused.js';

/** Bundles that stay, and how long others do: a command that runs may need more. */
const KEPT = 3;
const DAY_MS = 86_400_000;

/** What makes a bundle, besides what is in it. */
const MAKERS = [
  'scripts/bundle.js',
  'cli/startUp/growth.js',
  'cli/startUp/kindOf.js',
  'cli/startUp/redirect.js',
  'cli/startUp/runJoined.js',
  'cli/startUp/unused.js',
  'tsconfig.json',
  INSTALLED,
];

/** Packages that runs need, with what they import; others stay where they are. */
const PACKAGES = [
  '@duckdb/node-api',
  '@middy/core',
  'aws-local-stepfunctions',
  'axios',
  'commander',
  'csv-parse',
  'fastest-levenshtein',
  'hyparquet',
  'p-limit',
  'p-retry',
  'p-throttle',
  'picomatch',
  'uuid',
];
/** Native code, and what finds it. */
const NATIVE = ['@duckdb/node-bindings'];

/** A path as the project sees it, which may lie below any folder. */
const localOf = (root, path) => {
  const installed = join(root, 'node_modules');
  // It may be a link to what several checkouts share.
  const shared = existsSync(installed) ? realpathSync(installed) : installed;
  const local = path.startsWith(join(shared, sep))
    ? join('node_modules', relative(shared, path))
    : relative(root, path);
  return local.replaceAll('\\', '/');
};
const isInPackage = (local) => local.startsWith('node_modules/');

/** Leaves packages outside, but for those that are joined. */
const packages = (root) => ({
  name: 'packages',
  setup: (build) =>
    build.onResolve({ filter: /^[^./]/ }, ({ path, kind, importer }) => {
      if (kind === 'entry-point') return undefined;
      const name = path.split('/', path.startsWith('@') ? 2 : 1).join('/');
      const isJoined =
        PACKAGES.includes(name) || isInPackage(localOf(root, importer));
      return isJoined && !isBuiltin(path) && !NATIVE.includes(name)
        ? undefined
        : { path, external: true };
    }),
});

const unused = (root) => ({
  name: 'unused',
  setup: (build) => {
    build.onResolve({ filter: /./ }, ({ path, importer }) =>
      UNUSED[path] &&
      localOf(root, importer).startsWith(
        'node_modules/aws-local-stepfunctions/',
      )
        ? { path, namespace: 'unused' }
        : undefined,
    );
    build.onLoad({ filter: /./, namespace: 'unused' }, ({ path }) => ({
      contents: stubOf(UNUSED[path]),
      loader: 'js',
    }));
  },
});

/** For these Node loads all of fetch, in 40 ms, as soon as anybody looks for one. */
const FETCH = ['FormData', 'Request', 'Response'];

/** axios looks, and uses none of it: it asks Node's own HTTP. */
const withoutFetch = {
  name: 'without fetch',
  setup: (build) =>
    build.onLoad(
      { filter: /[\\/]axios[\\/]lib[\\/]utils\.js$/ },
      ({ path }) => {
        const text = readFileSync(path, 'utf8');
        return {
          contents: `const globalThis = __withoutFetch;\n${text}`,
          loader: 'js',
        };
      },
    ),
};

/** Modules that ask where they are still get their own place as the answer. */
const places = (root) => ({
  name: 'places',
  setup: (build) =>
    build.onLoad({ filter: /\.(ts|js)$/ }, ({ path }) => {
      const text = readFileSync(path, 'utf8');
      const local = localOf(root, path);
      if (isInPackage(local) || !text.includes('import.meta')) return undefined;
      const here = JSON.stringify(local);
      return {
        contents: text
          .replaceAll('import.meta.url', `__place(${here}).href`)
          .replaceAll('import.meta.dirname', `__folder(${here})`),
        loader: path.endsWith('.ts') ? 'ts' : 'js',
      };
    }),
});

const BANNER = `
const { fileURLToPath: __toPath, pathToFileURL: __toUrl } = require('node:url');
const __place = (path) => new URL('../../../' + path, __toUrl(__filename));
const __folder = (path) => require('node:path').dirname(__toPath(__place(path)));
const __withoutFetch = Object.create(globalThis, {${FETCH.map((name) => `${name}: {}`)}});`;

const VOCABULARY = './core/index.ts';

/** Modules that begin as threads: a script of its own starts in half the time. */
const THREADS = [
  'functions/fetch/files/shareWorker.ts',
  'functions/fetch/inspectWorker.ts',
];

/** What a definition imports: the vocabulary that is in the script. */
const vocabularyOf = async (build, root) => {
  const { metafile } = await build({
    absWorkingDir: root,
    entryPoints: [VOCABULARY],
    write: false,
    bundle: true,
    metafile: true,
    format: 'esm',
    outdir: root,
    logLevel: 'silent',
  });
  const [{ exports: names }] = Object.values(metafile.outputs);
  const joined = `globalThis[Symbol.for('${Symbol.keyFor(JOINED)}')]`;
  return `export const { ${names.join(', ')} } = ${joined}.core;\n`;
};

/** What a module is told by, that looks for the folder of its bundle. */
const define = { 'globalThis.tributaryBundle': '__dirname' };

const optionsOf = (root) => ({
  absWorkingDir: root,
  bundle: true,
  metafile: true,
  format: 'cjs',
  platform: 'node',
  target: 'node24',
  keepNames: true,
  logLevel: 'silent',
  banner: { js: BANNER },
  define,
});

/** Makes a script of each module that begins as a thread. */
const joinThreads = async (build, root, folder) => {
  const { metafile } = await build({
    ...optionsOf(root),
    entryPoints: THREADS.filter((path) => existsSync(join(root, path))),
    outdir: join(root, folder),
    entryNames: '[name]',
    outExtension: { '.js': '.cjs' },
    plugins: [packages(root), places(root)],
  });
  return metafile;
};

/**
 * Joins modules into one script, which `runJoined` runs, in a folder that is
 * three levels below `root`.
 *
 * @param {string} root the project's
 * @param {Record<string, string>} modules their sources by name
 * @param {string} folder relative to it
 * @returns the project's files that are in it, and the bytes of each output
 */
export const joinModules = async (root, modules, folder) => {
  const { build } = await import('esbuild');
  const all = Object.entries({ ...modules, core: VOCABULARY });
  const contents = all
    .map(([name, path]) => `export * as ${name} from '${path}';`)
    .join('\n');
  const { metafile } = await build({
    ...optionsOf(root),
    stdin: { contents, resolveDir: root },
    outfile: join(root, folder, SCRIPT),
    plugins: [unused(root), packages(root), places(root), withoutFetch],
  });
  const threads = await joinThreads(build, root, folder);
  const vocabulary = await vocabularyOf(build, root);
  writeFileSync(join(root, folder, 'core.mjs'), vocabulary);
  const isThere = (path) => existsSync(join(root, path));
  const outputs = [
    ...[SCRIPT, 'core.mjs'].map((name) => join(folder, name)),
    ...Object.keys(threads.outputs),
  ];
  const inputs = { ...metafile.inputs, ...threads.inputs };
  return {
    sources: Object.keys(inputs).filter(
      (path) => !isInPackage(path) && isThere(path),
    ),
    outputs: Object.fromEntries(
      outputs.map((path) => [path, statSync(join(root, path)).size]),
    ),
  };
};

/**
 * Bundles the command of the project at `root`, unless the one that is there is
 * fresh. Nothing depends on it: without it the command runs from its sources.
 */
export const bundleCommand = async (root) => {
  if (freshBundle(root)) return;
  const begun = Date.now();
  const all = join(root, BUNDLES);
  const folder = `${begun}-${process.pid}`;
  const remove = (name) =>
    rmSync(join(all, name), { recursive: true, force: true });
  const main = { main: './cli/main.ts' };
  const joined = await joinModules(root, main, join(BUNDLES, folder));
  const { sources, outputs } = joined;
  // What changed meanwhile may be in it by half.
  if (sources.some((path) => statSync(join(root, path)).mtimeMs >= begun))
    return remove(folder);
  const inputs = Object.fromEntries(
    [...sources, ...MAKERS.filter((path) => existsSync(join(root, path)))].map(
      (path) => [path, stampOf(join(root, path))],
    ),
  );
  const index = join(all, INDEX);
  const text = JSON.stringify({ folder, inputs, outputs });
  writeFileSync(`${index}.${process.pid}`, text);
  renameSync(`${index}.${process.pid}`, index);
  const madeAt = (name) => Number.parseInt(name, 10);
  const made = readdirSync(all)
    .filter((name) => /^\d+-\d+$/.test(name))
    .sort((one, other) => madeAt(one) - madeAt(other));
  for (const name of made.slice(0, -KEPT))
    if (begun - madeAt(name) > DAY_MS) remove(name);
};
