import { readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire, isBuiltin } from 'node:module';
import { dirname, join } from 'node:path';
import vm from 'node:vm';
import { crc32 } from 'node:zlib';
import { loadAsUsual } from './growth.js';

/** Under this name the joined modules are found by a definition's imports. */
export const JOINED = Symbol.for('tributary.joined');

/** What `scripts/bundle.js` writes: all modules as one script. */
export const SCRIPT = 'joined.js';

/** Before what was compiled: checksums of it and its script, and what follows. */
const HEAD_BYTES = 9;
/** With so little more it counts as complete, and stays as it is. */
const GROWTH = 1.02;

/** The checksums of a script and of what was compiled of it. */
const checkOf = (text, code) => {
  const check = Buffer.alloc(HEAD_BYTES - 1);
  check.writeUInt32LE(crc32(text));
  check.writeUInt32LE(crc32(code), 4);
  return check;
};

/**
 * What was compiled of a script, and whether that was all; undefined if it is
 * not whole, or of another: V8 itself looks at the script's length alone.
 */
const readCode = (path, text) => {
  try {
    const bytes = readFileSync(path);
    const code = bytes.subarray(HEAD_BYTES);
    const isComplete = bytes[HEAD_BYTES - 1] === 1;
    return checkOf(text, code).equals(bytes.subarray(0, HEAD_BYTES - 1))
      ? { code, isComplete }
      : undefined;
  } catch {
    return undefined;
  }
};

const writeCode = (path, text, { code, isComplete }) => {
  const beside = `${path}.${process.pid}`;
  const head = [checkOf(text, code), Buffer.of(isComplete ? 1 : 0)];
  try {
    writeFileSync(beside, Buffer.concat([...head, code]));
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
 * those that are compiled when they are first called, too. It grows until a run
 * finds all that it needs.
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
  const before = kept && readCode(kept, text);
  passOverWarning();
  const script = new vm.Script(`(function (${parameters}) {${text}\n})`, {
    filename,
    ...(before && { cachedData: before.code }),
    importModuleDynamically: vm.constants[LOADER],
  });
  const had = script.cachedDataRejected ? undefined : before;
  if (kept && !had?.isComplete)
    process.once('exit', (status) => {
      if (status !== 0) return;
      const code = script.createCachedData();
      const isComplete = had && code.length <= had.code.length * GROWTH;
      writeCode(kept, text, { code, isComplete });
    });
  const module = { exports: {} };
  const load = createRequire(filename);
  const require = Object.assign(
    (name) => (isBuiltin(name) ? loadAsUsual(() => load(name)) : load(name)),
    load,
  );
  script.runInThisContext()(
    ...[module.exports, require, module, filename, dirname(filename)],
  );
  globalThis[JOINED] = module.exports;
  return module.exports;
};
