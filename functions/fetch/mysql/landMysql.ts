import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Connection } from 'mysql2';
import { SourceError } from '../../../core/errors.ts';
import type { PlanSource } from '../../../core/plan.ts';
import { readJson } from '../../shared/readJson.ts';
import type { LandContext, Lander } from '../lander.ts';
import type { ManifestFile } from '../manifest.ts';
import { ask, connect } from './connect.ts';
import { type Cursor, type Part, partsOf } from './pages.ts';
import {
  quoted,
  readTableColumns,
  requireKey,
  type TableColumn,
  tableName,
} from './tableColumns.ts';
import { type Patience, whileAway } from './whileAway.ts';
import { writePage } from './writePage.ts';

/** How a table is read; for tests smaller than by default. */
export interface MysqlSettings extends Patience {
  readonly pageRows: number;
}

export const DEFAULTS: MysqlSettings = {
  pageRows: 200_000,
  tries: 5,
  backoffMs: 500,
};

/** How far a reading came: written after every page, so that it can go on. */
interface Checkpoint {
  readonly high: string | null;
  readonly columns: readonly TableColumn[];
  readonly part: number;
  readonly after?: Cursor;
  readonly files: readonly ManifestFile[];
  readonly from: string;
}

interface Place {
  readonly secret: string;
  readonly table: string;
  readonly key: string;
  readonly lookback: number;
}

/** The table's column for a declared one. */
export const find = (
  { columns: declared }: PlanSource,
  columns: readonly TableColumn[],
  name: string,
): TableColumn => {
  const column = columns[declared.findIndex((c) => c.name === name)];
  if (!column)
    throw new SourceError(`"${name}" is none of the source's columns`);
  return column;
};

/** @throws SourceError where the table is no longer what it was at first. */
const requireSame = (
  before: readonly TableColumn[],
  now: readonly TableColumn[],
) => {
  for (const [i, { name, type }] of before.entries())
    if (now[i]?.type !== type)
      throw new SourceError(
        `"${name}" was ${type} on the first page, and is ${now[i]?.type} now`,
        { column: name },
      );
};

/** The first look at a table: its columns, and where its newest row stands. */
const beginReading = async (
  connection: Connection,
  { source }: LandContext,
  { table, key }: Place,
  from: string,
): Promise<Checkpoint> => {
  const columns = await readTableColumns(connection, source, table);
  await requireKey(connection, table, find(source, columns, key).name);
  const watermark = quoted(find(source, columns, source.watermark ?? '').name);
  const [row] = await ask(
    connection,
    `SELECT CAST(max(${watermark}) AS CHAR) AS high FROM ${tableName(table)}`,
  );
  const high = row?.high == null ? null : String(row.high);
  return { high, columns, part: 0, files: [], from };
};

const partsFor = (
  { source, watermark }: LandContext,
  { table, key, lookback }: Place,
  { columns, high }: Checkpoint,
  pageRows: number,
): Part[] =>
  partsOf({
    source,
    table,
    columns,
    key: find(source, columns, key),
    watermark: find(source, columns, source.watermark ?? ''),
    // An empty table has none: then there is nothing below it either.
    high: high ?? '0000-01-01',
    ...(watermark !== undefined &&
      source.scope === 'changes' && { since: watermark }),
    lookback,
    pageRows,
  });

/**
 * Lands a MySQL table as CSV pages: each is whole before it is an object, and
 * noted before the next is asked for, so that a retry goes on behind it.
 */
export const mysqlLander =
  (settings: MysqlSettings = DEFAULTS): Lander =>
  async (context) => {
    const { platform, source, folder, scratch } = context;
    const place = source.from as unknown as Place;
    const noteKey = `${folder}checkpoint.json`;
    const header = source.columns
      .map(({ from, name }) => `"${(from ?? name).replaceAll('"', '""')}"`)
      .join(',');
    let state = await readJson<Checkpoint>(platform, noteKey);

    /** Reads one page, and notes it. @returns the state behind it. */
    const readPage = async (
      connection: Connection,
      before: Checkpoint,
      part: Part,
    ): Promise<Checkpoint> => {
      const now = await readTableColumns(connection, source, place.table);
      requireSame(before.columns, now);
      const path = `page-${String(before.files.length + 1).padStart(5, '0')}.csv`;
      const file = join(scratch, path);
      const query = part.page(before.after);
      const page = await writePage(connection, query, header, file);
      const { last, rows, ...written } = page;
      const files = [...before.files];
      // An empty table lands as a header alone.
      if (rows > 0 || files.length === 0) {
        const key = `${folder}${path}`;
        await platform.store.upload(file, key);
        files.push({ path, key, records: rows, ...written });
      }
      const isDone = rows < settings.pageRows;
      const { after: _, ...rest } = before;
      const state: Checkpoint = {
        ...rest,
        part: before.part + (isDone ? 1 : 0),
        ...(!isDone && { after: last }),
        files,
      };
      await platform.store.write(noteKey, JSON.stringify(state));
      return state;
    };

    const readOn = async (): Promise<Checkpoint> => {
      const { connection, place: from } = await connect(
        platform.secrets,
        place.secret,
      );
      try {
        await ask(connection, "SET time_zone = '+00:00'");
        state ??= await beginReading(connection, context, place, from);
        const parts = partsFor(context, place, state, settings.pageRows);
        for (let part = parts[state.part]; part; part = parts[state.part])
          state = await readPage(connection, state, part);
        return state;
      } finally {
        connection.destroy();
      }
    };

    try {
      await mkdir(scratch, { recursive: true });
      const of = { source: source.name, table: place.table };
      const { files, from } = await whileAway(settings, of, readOn);
      await platform.store.remove(noteKey);
      return { files, from: `${from} ${place.table}` };
    } finally {
      await rm(scratch, { recursive: true, force: true });
    }
  };

export const landMysql: Lander = mysqlLander();
