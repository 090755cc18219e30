import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { tributary } from '../../cli/testing/tributary.ts';
import type { Ledger } from '../../functions/shared/ledger.ts';

/**
 * Runs by one engine, by the command.
 * @param more further options.
 * @returns the ledger of each pipeline.
 */
export const runBy = async (
  engine: string,
  lake: string,
  more: readonly string[],
): Promise<Map<string, Ledger>> => {
  const { code, stdout, stderr } = await tributary([
    ...['run', '--engine', engine, '--lake', lake, '--json', ...more],
  ]);
  if (code !== 0) throw new Error(`--engine ${engine}: ${stdout}${stderr}`);
  const { runs } = JSON.parse(stdout) as { runs: Ledger[] };
  return new Map(runs.map((ledger) => [ledger.pipeline, ledger]));
};

/** A pipeline's rejected records as text. */
export const rejects = (lake: string, pipeline: string): string[] => {
  const below = join(lake, 'quarantine', pipeline);
  const files = (() => {
    try {
      return readdirSync(below, { recursive: true, encoding: 'utf8' });
    } catch {
      return [];
    }
  })();
  return files
    .filter((file) => file.endsWith('.ndjson'))
    .flatMap((file) => {
      const [source] = file.split('/');
      const lines = readFileSync(join(below, file), 'utf8').trim().split('\n');
      return lines.map((line) => {
        const { path, line: at, raw, reason, ...more } = JSON.parse(line);
        return JSON.stringify({ source, path, at, raw, reason, more });
      });
    })
    .sort();
};
