/** What is not used of it takes no memory. */
const START_BYTES = 256 << 10;
/** Of one UTF-16 unit in UTF-8, at most. */
const UNIT_BYTES = 3;

/** A text that grows, as UTF-8: no strings that the garbage collector moves. */
export interface GrowingText {
  readonly append: (text: string) => void;
  /** What it has become, in memory of its own; it begins again. */
  readonly take: () => Uint8Array<ArrayBuffer>;
}

export const newText = (startBytes = START_BYTES): GrowingText => {
  let buffer = Buffer.allocUnsafeSlow(startBytes);
  let length = 0;
  const makeRoom = (bytes: number) => {
    if (length + bytes <= buffer.length) return;
    const wider = Buffer.allocUnsafeSlow(2 * buffer.length + bytes);
    buffer.copy(wider, 0, 0, length);
    buffer = wider;
  };
  return {
    append: (text) => {
      makeRoom(UNIT_BYTES * text.length);
      length += buffer.write(text, length);
    },
    take: () => {
      const taken = new Uint8Array(buffer.subarray(0, length));
      length = 0;
      return taken;
    },
  };
};
