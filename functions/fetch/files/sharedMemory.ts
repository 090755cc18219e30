/**
 * Memory that threads see alike, so that what one wrote need not be copied, nor
 * moved. V8 does not count it as part of a thread's heap: else these megabytes
 * alone would make it collect garbage of which there is next to none.
 */
export const sharedMemory = (bytes: number): Buffer<ArrayBufferLike> =>
  Buffer.from(new SharedArrayBuffer(bytes));
