import v8 from 'node:v8';

const growBy = (factor) =>
  v8.setFlagsFromString(`--semi-space-growth-factor=${factor}`);

/** V8's own. */
const USUAL = 2;
const SLOW = 1;

let isSlow = false;

/**
 * Keeps the space of short-lived objects small, where no thread is started: the
 * engine holds the data, and such objects would grow the process by some 30 MB.
 *
 * To be called before anything is compiled: what is kept of it is of use under
 * the same flags only, which is why they are so again in the end.
 */
export const growSlowly = () => {
  isSlow = true;
  growBy(SLOW);
  process.once('exit', () => growBy(SLOW));
};

/**
 * Node has its own modules compiled for V8's usual flags: while one is another,
 * it compiles them anew, and takes twice as long to load them.
 *
 * @template T
 * @param {() => T} load what loads some of them
 * @returns {T}
 */
export const loadAsUsual = (load) => {
  if (!isSlow) return load();
  growBy(USUAL);
  try {
    return load();
  } finally {
    growBy(SLOW);
  }
};
