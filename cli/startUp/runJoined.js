import { readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import vm from 'node:vm';
import { crc32 } from 'node:zlib';

/** Under this name the joined modules are found by a definition's imports. */
export const JOINED = Symbol.for('tributary.joined');

/** What `scripts/bundle.js` writes: all modules as one script. */
export const SCRIPT = 'joined.js';

/** The checksums of a script and of what was compiled of it. */
const checkOf = (text, code) => {
  const check = Buffer.alloc(8);
  check.writeUInt32LE(crc32(text));
  check.writeUInt32LE(crc32(code), 4);
  return check;
};

/**
 * What was compiled of a script; undefined if it is not whole, or of another:
 * V8 itself looks at the script's length alone.
 */
const readCode = (path, text) => {
  try {
    const bytes = readFileSync(path);
    const code = bytes.subarray(8);
    return checkOf(text, code).equals(bytes.subarray(0, 8)) ? code : undefined;
  } catch {
    return undefined;
  }
};

const writeCode = (path, text, code) => {
  const beside = `${path}.${process.pid}`;
  try {
    writeFileSync(beside, Buffer.concat([checkOf(text, code), code]));
    renameSync(beside, path);
  } catch {
    // The next one compiles it again, too.
    rmSync(beside, { force: true });
  }
};

/** So that a script can `import()`, as a module does. */
const LOADER = 'USE_MAIN_CONTEXT_DEFAULT_LOADER';

/** Node warns of its own constant, which nobody at a terminal can change. */
const passOverWarning = () => {
  const { emitWarning } = process;
  process.emitWarning = (warning, ...more) => {
    if (!String(warning).includes(LOADER))
      emitWarning.call(process, warning, ...more);
  };
};

/**
 * Runs joined modules. What V8 compiles is kept for the next time: Node's own
 * cache has the functions that are compiled as a module is loaded, this one
 * those that are compiled when they are first called, too.
 *
 * @param {string} folder that `joinModules` made
 * @param {string} [name] of what is kept; nothing is without
 * @returns {Record<string, any>} the modules by their names
 */
export const runJoined = (folder, name) => {
  const filename = join(folder, SCRIPT);
  const kept = name && join(folder, `${name}.code`);
  const parameters = 'exports, require, module, __filename, __dirname';
  const text = readFileSync(filename, 'utf8');
  const cachedData = kept && readCode(kept, text);
  passOverWarning();
  const script = new vm.Script(`(function (${parameters}) {${text}\n})`, {
    filename,
    ...(cachedData && { cachedData }),
    importModuleDynamically: vm.constants[LOADER],
  });
  if (kept && (!cachedData || script.cachedDataRejected))
    process.once('exit', (status) => {
      if (status === 0) writeCode(kept, text, script.createCachedData());
    });
  const module = { exports: {} };
  const require = createRequire(filename);
  script.runInThisContext()(
    ...[module.exports, require, module, filename, dirname(filename)],
  );
  globalThis[JOINED] = module.exports;
  return module.exports;
};
