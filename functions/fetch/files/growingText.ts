import { sharedMemory } from './sharedMemory.ts';

/** What is not used of it takes no memory. */
const START_BYTES = 4 << 20;
/** Of one UTF-16 unit in UTF-8, at most. */
const UNIT_BYTES = 3;

/** A text that grows, as UTF-8: no strings that the garbage collector moves. */
export interface GrowingText {
  readonly append: (text: string) => void;
  /** So far, in bytes. */
  readonly length: () => number;
  readonly bytes: () => Uint8Array;
}

export const newText = (startBytes = START_BYTES): GrowingText => {
  let buffer = sharedMemory(startBytes);
  let length = 0;
  const makeRoom = (bytes: number) => {
    if (length + bytes <= buffer.length) return;
    const wider = sharedMemory(2 * buffer.length + bytes);
    buffer.copy(wider, 0, 0, length);
    buffer = wider;
  };
  return {
    append: (text) => {
      makeRoom(UNIT_BYTES * text.length);
      length += buffer.write(text, length);
    },
    length: () => length,
    bytes: () => buffer.subarray(0, length),
  };
};
