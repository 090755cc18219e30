// The yardstick: what DuckDB alone needs to make the same tables, with no
// check, no quarantine, no ledger and no copy of what came in. In plain
// JavaScript: to strip types would cost it 14 MB and 0.1 s.
//   node bench/bare.js [--lean] <data> <out> [pipelines...]
// DuckDB runs with its defaults; --lean keeps no order of the rows, which saves
// it half of its memory.
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { joinFiles, transcodeFiles } from './bare/files.js';

const PIPELINES = ['arrivals', 'banks', 'crime', 'loans', 'songs'];
const args = process.argv.slice(2);
const isLean = args[0] === '--lean';
const [data = '', out = '', ...named] = isLean ? args.slice(1) : args;
const work = mkdtempSync(join(tmpdir(), 'bare-'));

/** What DuckDB cannot read, or reads slowly: made into one that it can. */
const prepare = {
  banks: () =>
    transcodeFiles(join(data, 'banks', 'ranking'), join(work, 'ranking')),
  songs: () =>
    joinFiles(join(data, 'songs', 'song_data'), join(work, 'song_data.json')),
};

try {
  const instance = await DuckDBInstance.create(':memory:', {
    preserve_insertion_order: String(!isLean),
  });
  for (const pipeline of named.length > 0 ? named : PIPELINES) {
    const folder = join(data, pipeline);
    const target = join(out, pipeline);
    mkdirSync(target, { recursive: true });
    prepare[pipeline]?.();
    const recording = readFileSync(join(folder, 'recording.json'), 'utf8');
    const { date } = JSON.parse(recording);
    const [year, month] = date.split('-');
    const values = { data: folder, out: target, work, date, year, month };
    const sql = readFileSync(
      new URL(`bare/${pipeline}.sql`, import.meta.url),
      'utf8',
    ).replaceAll(/\$(data|out|work|date|year|month)\b/g, (_, name) =>
      values[name].replaceAll("'", "''"),
    );
    const connection = await instance.connect();
    await connection.run(sql);
    connection.closeSync();
  }
  instance.closeSync();
} finally {
  rmSync(work, { recursive: true, force: true });
}
