import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { joinFiles, transcodeFiles } from './bare/files.ts';
import { PIPELINES } from './pipelines.ts';

// The yardstick: what DuckDB alone needs to make the same tables, with no
// check, no quarantine, no ledger and no copy of what came in.
const [data = '', out = ''] = process.argv.slice(2);
const work = mkdtempSync(join(tmpdir(), 'bare-'));

/** What DuckDB cannot read, or reads slowly: one file at a time. */
const PREPARE: Readonly<Record<string, (folder: string) => void>> = {
  banks: (folder) =>
    transcodeFiles(join(folder, 'ranking'), join(work, 'ranking')),
  songs: (folder) =>
    joinFiles(join(folder, 'song_data'), join(work, 'song_data.json')),
};

try {
  const instance = await DuckDBInstance.create(':memory:');
  for (const pipeline of PIPELINES) {
    const connection = await instance.connect();
    const folder = join(data, pipeline);
    const target = join(out, pipeline);
    mkdirSync(target, { recursive: true });
    PREPARE[pipeline]?.(folder);
    const recording = readFileSync(join(folder, 'recording.json'), 'utf8');
    const { date } = JSON.parse(recording) as { date: string };
    const [year = '', month = ''] = date.split('-');
    const values = { data: folder, out: target, work, date, year, month };
    const sql = new URL(`bare/${pipeline}.sql`, import.meta.url);
    await connection.run(
      readFileSync(sql, 'utf8').replaceAll(
        /\$(data|out|work|date|year|month)\b/g,
        (_, name: keyof typeof values) => values[name].replaceAll("'", "''"),
      ),
    );
    connection.closeSync();
  }
  instance.closeSync();
} finally {
  rmSync(work, { recursive: true, force: true });
}
