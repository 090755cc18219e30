/** How many threads share the work. */
export const THREADS = 2;

const [NEXT, STOPPED, LENGTH] = [0, 1, 2];

/** Which unit is whose, told between threads without waiting. */
export interface Turns {
  /** What another thread makes its turns of. */
  readonly shared: SharedArrayBuffer;
  /** The next unit that nobody has taken; none after a stop. */
  readonly next: () => number | undefined;
  /** Nobody takes any more. */
  readonly stop: () => void;
  readonly isStopped: () => boolean;
}

export const turnsOf = (
  units: number,
  shared = new SharedArrayBuffer(LENGTH * Int32Array.BYTES_PER_ELEMENT),
): Turns => {
  const state = new Int32Array(shared);
  const isStopped = () => Atomics.load(state, STOPPED) === 1;
  return {
    shared,
    next: () => {
      if (isStopped()) return undefined;
      const unit = Atomics.add(state, NEXT, 1);
      return unit < units ? unit : undefined;
    },
    stop: () => {
      Atomics.store(state, STOPPED, 1);
    },
    isStopped,
  };
};
