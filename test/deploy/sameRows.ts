import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { tributary } from '../../cli/testing/tributary.ts';
import { WORK } from './program.ts';
import { comparePublished } from './published.ts';
import type { Stack } from './stack.ts';

/** The lake of a run on this machine, which the stack's is compared with. */
export const LAKE = join(WORK, 'lake');

/** Runs every pipeline on this machine, by its sample. */
export const runLocally = async (): Promise<string> => {
  rmSync(LAKE, { recursive: true, force: true });
  const { code, stdout, stderr } = await tributary([
    'run',
    '--lake',
    LAKE,
    '--json',
  ]);
  if (code !== 0) throw new Error(`${stdout}${stderr}`);
  return `${JSON.parse(stdout).runs.length} pipelines`;
};

/** What a pipeline has published on the stack is what a local run publishes. */
export const requireSameRows = async (
  stack: Stack,
  pipeline: string,
): Promise<string> => {
  const compared = await comparePublished(stack, pipeline, LAKE);
  for (const { table, rows, onlyFirst, onlySecond } of compared)
    if (rows === 0 || onlyFirst.length + onlySecond.length > 0)
      throw new Error(
        `${table}: ${rows} rows, of which ${onlyFirst.length} are not on the ` +
          `stack; ${onlySecond.length} only there: ` +
          JSON.stringify([onlyFirst.slice(0, 2), onlySecond.slice(0, 2)]),
      );
  const rows = compared.reduce((sum, one) => sum + one.rows, 0);
  return `${compared.length} tables, ${rows} rows`;
};
