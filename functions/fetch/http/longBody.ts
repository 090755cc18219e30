import type { IncomingMessage } from 'node:http';
import { takeOver } from './agents.ts';

/** From so many bytes on, a connection of its own is worth its start. */
export const LONG_BYTES = 8 << 20;
/** Small enough to be written while the processor's cache has it. */
const BLOCK_BYTES = 512 << 10;
export const BLOCKS = 4;
/** The memory of a chunk of fewer bytes is not filled again. */
export const LARGE_BYTES = BLOCK_BYTES / 2;
/** A block with less room is handed over: little would be read into it. */
const LEAST_ROOM = 64 << 10;

/** A body that is read past the parser of HTTP. */
export interface LongBody {
  /** The memory of a large one is filled again when the next is asked for. */
  readonly chunks: AsyncIterable<Buffer>;
  /** Whether more came than the answer has. */
  readonly isExceeded: () => boolean;
}

/** What a long answer has, where it is told, and it comes as it is. */
const lengthOf = ({ headers, complete }: IncomingMessage): number =>
  !complete && headers['transfer-encoding'] === undefined
    ? Number(headers['content-length'] ?? 0)
    : 0;

/**
 * Takes a long body straight from its connection, into a few blocks of memory
 * that are filled again and again. The parser would copy each read into memory
 * of its own: of a GB that takes half a second, and as long to clear it away.
 * The connection can serve no other request.
 * @param message whose body nobody has begun to read.
 * @param onBytes is called whenever some have come.
 * @returns undefined where the body is short, or of unknown length.
 */
export const longBody = (
  message: IncomingMessage,
  onBytes: () => void,
): LongBody | undefined => {
  const length = lengthOf(message);
  if (!(length >= LONG_BYTES)) return undefined;
  let left = length;
  let isExceeded = false;
  let fault: Error | undefined;
  let wake = () => {};
  const full: Buffer[] = [];
  const free: Buffer[] = Array.from({ length: BLOCKS }, () =>
    Buffer.allocUnsafeSlow(BLOCK_BYTES),
  );
  let block = free.pop();
  let filled = 0;

  const handOver = () => {
    if (block && filled > 0) {
      full.push(block.subarray(0, filled));
      block = free.pop();
      filled = 0;
    }
    wake();
  };
  const handBack = ({ buffer, length: bytes }: Buffer) => {
    if (buffer.byteLength !== BLOCK_BYTES) return;
    const isLarge = bytes >= LARGE_BYTES;
    free.push(
      isLarge ? Buffer.from(buffer) : Buffer.allocUnsafeSlow(BLOCK_BYTES),
    );
    if (block) return;
    block = free.pop();
    message.socket.resume();
  };
  const take = (bytes: Buffer): boolean => {
    onBytes();
    if (bytes.length > left) isExceeded = true;
    const own = bytes.subarray(0, left);
    left -= own.length;
    if (!block || block.length - filled < own.length) {
      // TLS may give what it has unpacked, also when it was asked to wait.
      handOver();
      full.push(Buffer.from(own));
    } else {
      if (own.buffer !== block.buffer) own.copy(block, filled);
      filled += own.length;
    }
    if (left === 0 || !block || block.length - filled < LEAST_ROOM) handOver();
    return block !== undefined;
  };

  const isTaken = takeOver(message.socket, {
    room: () => block?.subarray(filled),
    take,
  });
  if (!isTaken) return undefined;
  message.on('error', (error) => {
    fault ??= error;
  });
  message.once('close', () => {
    fault ??= new Error('aborted');
    handOver();
  });
  /** What the parser had already. */
  const first: Buffer | null = message.read();
  left -= first?.length ?? 0;
  message.socket.resume();

  async function* chunks() {
    if (first) yield first;
    for (;;) {
      const chunk = full.shift();
      if (chunk) {
        yield chunk;
        handBack(chunk);
      } else if (left === 0) return;
      else if (fault) throw fault;
      else
        await new Promise<void>((done) => {
          wake = done;
        });
    }
  }
  return { chunks: chunks(), isExceeded: () => isExceeded };
};
