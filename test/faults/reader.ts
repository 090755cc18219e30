import { once } from 'node:events';
import { openPublished } from '../../cli/commands/sql.ts';
import { platformOf } from './lakes.ts';

/** What a process saw that read a lake over and over. */
export interface ReaderReport {
  readonly reads: number;
  /** The batches that were published when it looked; 0 for no table. */
  readonly batches: readonly number[];
  readonly mixed: readonly string[];
  readonly errors: readonly string[];
}

// The newest batch of every table: of one run, whenever one looks.
const SQL = `
  SELECT
    (SELECT max(batch) FROM shop.prices),
    (SELECT max(batch) FROM shop.customers),
    (SELECT max(batch) FROM shop.lines)`;

const [lake = ''] = process.argv.slice(2);
const batches = new Set<number>();
const mixed: string[] = [];
const errors: string[] = [];
let reads = 0;
let isOver = false;
once(process.stdin.resume(), 'end').then(
  () => {
    isOver = true;
  },
  () => {},
);

while (!isOver) {
  const reader = await openPublished(platformOf(lake), lake);
  try {
    const { rows } = await reader.query(SQL);
    const seen = (rows[0] ?? []).map(Number);
    if (new Set(seen).size !== 1) mixed.push(seen.join());
    batches.add(seen[0] ?? 0);
  } catch (error) {
    errors.push((error as Error).message);
  } finally {
    reader.close();
  }
  reads++;
  process.stdout.write('read\n');
}
const report: ReaderReport = { reads, batches: [...batches], mixed, errors };
process.stdout.write(`${JSON.stringify(report)}\n`);
