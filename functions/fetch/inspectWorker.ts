// Inspects a file while it is written: told how far it is whole, this thread
// reads it from the page cache.
import { closeSync, openSync, readSync } from 'node:fs';
import { type MessagePort, parentPort, workerData } from 'node:worker_threads';
import { SourceError } from '../../core/errors.ts';
import type { Form } from '../../core/source.ts';
import { type Inspected, newInspector } from './inspector.ts';

/** What the thread is started with. */
export interface Work {
  readonly file: string;
  /** None where the digest is enough. */
  readonly form?: Form;
}

/** What the thread is told, again and again. */
export interface Growth {
  /** The file has all bytes up to here. */
  readonly upTo: number;
  readonly isEnd?: boolean;
}

/** What it says, once: the error is the source's. */
export type Said = Inspected | { readonly wrong: string };

const { file, form } = workerData as Work;
const port = parentPort as MessagePort;
const inspector = newInspector(form);
const handle = openSync(file, 'r');
const memory = Buffer.allocUnsafeSlow(256 << 10);
let at = 0;

const readTo = (upTo: number) => {
  while (at < upTo) {
    const wanted = Math.min(upTo - at, memory.length);
    const length = readSync(handle, memory, 0, wanted, at);
    if (length === 0) throw new Error(`${file} ends at ${at}: ${upTo}`);
    inspector.push(memory.subarray(0, length));
    at += length;
  }
};

const say = (said: Said) => {
  closeSync(handle);
  // What it was told meanwhile may wait already.
  port.off('message', grow);
  port.postMessage(said);
  port.close();
};

const grow = ({ upTo, isEnd }: Growth) => {
  try {
    readTo(upTo);
    if (isEnd) say(inspector.end());
  } catch (error) {
    if (!(error instanceof SourceError)) throw error;
    say({ wrong: error.reason });
  }
};
port.on('message', grow);
