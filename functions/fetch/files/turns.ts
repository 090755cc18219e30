/** How many threads share the work. */
export const THREADS = 2;

/** A file takes so many times what it still takes when it has been read. */
const READING = 4;

const [NEXT, STOPPED, LEFT, FILES] = [0, 1, 2, 3];
const LENGTH = FILES + THREADS;

/** Which unit is whose, told between threads without waiting. */
export interface Turns {
  /** What another thread makes its turns of. */
  readonly shared: SharedArrayBuffer;
  /**
   * The next unit that nobody has taken; none after a stop, nor where the other
   * thread began later and does the rest while this one looks again.
   * @param files how many this thread has read so far.
   */
  readonly next: (files: number) => number | undefined;
  /** Nobody takes any more. */
  readonly stop: () => void;
  readonly isStopped: () => boolean;
}

/** @param thread whose turns they are, from 0 on. */
export const turnsOf = (
  units: number,
  thread: number,
  shared = new SharedArrayBuffer(LENGTH * Int32Array.BYTES_PER_ELEMENT),
): Turns => {
  const state = new Int32Array(shared);
  const isStopped = () => Atomics.load(state, STOPPED) === 1;

  /** Whether the other one can do the rest before this one has ended. */
  const isAhead = (files: number) => {
    const others = Atomics.load(state, FILES + 1 - thread);
    const begun = Atomics.load(state, NEXT);
    const rest = ((units - begun) * (files + others)) / begun;
    return others > 0 && files - others > rest * READING;
  };
  // Only one of them, or nobody might do the rest.
  const leaves = (files: number) =>
    isAhead(files) && Atomics.compareExchange(state, LEFT, 0, 1) === 0;

  return {
    shared,
    next: (files) => {
      Atomics.store(state, FILES + thread, files);
      if (isStopped() || leaves(files)) return undefined;
      const unit = Atomics.add(state, NEXT, 1);
      return unit < units ? unit : undefined;
    },
    stop: () => {
      Atomics.store(state, STOPPED, 1);
    },
    isStopped,
  };
};
