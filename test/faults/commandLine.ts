import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { PIPELINES } from './lakes.ts';

const TRIBUTARY = fileURLToPath(
  new URL('../../cli/tributary.js', import.meta.url),
);

/** How a command ended, and what it printed. */
export interface CommandEnd {
  readonly code: number | null;
  readonly output: string;
}

/** `tributary <args>` on a lake, as a process of its own. */
export const tributary = async (
  lake: string,
  ...args: string[]
): Promise<CommandEnd> => {
  const common = ['--lake', lake, '--pipelines', PIPELINES];
  const child = spawn(process.execPath, [TRIBUTARY, ...args, ...common]);
  let output = '';
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (text) => {
      output += text;
    });
  const [code] = await once(child, 'close');
  return { code: code as number | null, output };
};
