import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Answers } from './stage.ts';

const READER = join(import.meta.dirname, 'reader.ts');

/** Processes that ask the published tables all the while. */
export interface Readers {
  /** @returns how many answers they got, and those that were not right. */
  stop(): Promise<{ readonly reads: number; readonly wrong: string[] }>;
}

export const startReaders = (
  lake: string,
  answers: Answers,
  count: number,
): Readers => {
  const known = Object.fromEntries(
    Object.entries(answers).map(([name, of]) => [name, Object.values(of)]),
  );
  let reads = 0;
  const wrong: string[] = [];
  const children = Array.from({ length: count }, () => {
    const child = spawn(
      process.execPath,
      [READER, lake, JSON.stringify(known)],
      { stdio: ['pipe', 'pipe', 'inherit'] },
    );
    createInterface({ input: child.stdout }).on('line', (line) => {
      if (line === 'read') reads++;
      else wrong.push(line);
    });
    return { child, closed: once(child, 'close') };
  });
  return {
    stop: async () => {
      for (const { child, closed } of children) {
        if (child.exitCode !== null || child.signalCode !== null)
          wrong.push('a reader ended by itself');
        child.stdin.end();
        await closed;
      }
      return { reads, wrong };
    },
  };
};
