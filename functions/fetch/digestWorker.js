// Digests a file while it is written: told how far it is whole, this thread
// reads it from the page cache. In plain JavaScript, which starts at once.
import { createHash } from 'node:crypto';
import { closeSync, openSync, readSync } from 'node:fs';
import { parentPort, workerData } from 'node:worker_threads';

const digest = createHash('sha256');
const file = openSync(workerData, 'r');
const memory = Buffer.allocUnsafeSlow(1 << 20);
let at = 0;

parentPort.on('message', ({ upTo, isEnd }) => {
  while (at < upTo) {
    const wanted = Math.min(upTo - at, memory.length);
    const length = readSync(file, memory, 0, wanted, at);
    if (length === 0) throw new Error(`${workerData} ends at ${at}: ${upTo}`);
    digest.update(memory.subarray(0, length));
    at += length;
  }
  if (!isEnd) return;
  closeSync(file);
  parentPort.postMessage(digest.digest('hex'));
  parentPort.close();
});
