import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Connection } from 'mysql2';
import { readJson } from '../../shared/readJson.ts';
import type { Lander } from '../lander.ts';
import { ask, connect, cut } from './connect.ts';
import type { Part } from './pages.ts';
import {
  beginReading,
  type Checkpoint,
  type Landed,
  type Place,
  type Progress,
  partsFor,
  requireSame,
} from './reading.ts';
import { readTableColumns } from './tableColumns.ts';
import { type Patience, whileAway } from './whileAway.ts';
import { writePage } from './writePage.ts';

/** How a table is read; for tests smaller than by default. */
export interface MysqlSettings extends Patience {
  readonly pageRows: number;
  /** How many read a table that is split. */
  readonly connections: number;
}

export const DEFAULTS: MysqlSettings = {
  pageRows: 200_000,
  connections: 2,
  tries: 5,
  backoffMs: 500,
};

const BEGUN: Progress = { files: [], isDone: false };

/**
 * Lands a MySQL table as CSV pages: each is whole before it is an object, and
 * noted before the next is asked for, so that a retry goes on behind it. A large
 * table is read for the first time by two connections, each a range of keys.
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
    // One of an older version: its pages are read again.
    if (!state?.parts) state = undefined;
    let noted = Promise.resolve();

    /** Notes how far a part came; one after the other, or an older note may stay. */
    const note = (before: Checkpoint, { name }: Part, progress: Progress) => {
      const parts = { ...(state ?? before).parts, [name]: progress };
      state = { ...before, parts };
      const text = JSON.stringify(state);
      noted = noted
        .catch(() => {})
        .then(() => platform.store.write(noteKey, text));
      return noted;
    };

    /** Reads one page of a part, and notes it. */
    const readPage = async (
      connection: Connection,
      begun: Checkpoint,
      part: Part,
      ended: Promise<never>,
    ): Promise<Progress> => {
      const requireUnchanged = async () => {
        const { table } = place;
        const columns = readTableColumns(connection, source, table);
        requireSame(begun.columns, await Promise.race([columns, ended]));
      };
      await requireUnchanged();
      const before = state?.parts[part.name] ?? BEGUN;
      const number = String(before.files.length + 1).padStart(5, '0');
      const path = `${part.name}-page-${number}.csv`;
      const file = join(scratch, path);
      const query = part.page(before.after);
      const page = await writePage(connection, query, header, file, ended);
      // It may have been altered before the server came to this page.
      await requireUnchanged();
      const { last, rows, ...written } = page;
      const files = [...before.files];
      // An empty table lands as a header alone.
      if (rows > 0 || (part.isFirst && files.length === 0)) {
        const key = `${folder}${path}`;
        await platform.store.upload(file, key);
        files.push({ path, key, records: rows, ...written });
      }
      const isDone = rows < settings.pageRows;
      const progress = { files, isDone, ...(!isDone && { after: last }) };
      await note(begun, part, progress);
      return progress;
    };

    /** Reads whatever parts nobody has taken. */
    const readShare = async (
      connection: Connection,
      begun: Checkpoint,
      left: Part[],
      ended: Promise<never>,
    ) => {
      for (let part = left.shift(); part; part = left.shift())
        while (!(await readPage(connection, begun, part, ended)).isDone);
    };

    const readOn = async (): Promise<Landed> => {
      const opened: Connection[] = [];
      const close = () => {
        for (const connection of opened) cut(connection);
      };
      const { promise: ended, reject: end } = Promise.withResolvers<never>();
      ended.catch(() => {});
      const open = async () => {
        const { connection, place: from } = await connect(
          platform.secrets,
          place.secret,
        );
        opened.push(connection);
        await Promise.race([
          ask(connection, "SET time_zone = '+00:00'"),
          ended,
        ]);
        return { connection, from };
      };
      let shares: Promise<void>[] = [];
      try {
        const { connection, from } = await open();
        const begun =
          state ??
          (await beginReading(
            connection,
            context,
            place,
            from,
            settings.pageRows,
          ));
        const parts = partsFor(context, place, begun, settings.pageRows);
        const left = parts.filter(({ name }) => !begun.parts[name]?.isDone);
        const share = (by: Connection) => readShare(by, begun, left, ended);
        const more = begun.splits.length > 0 ? settings.connections - 1 : 0;
        shares = [
          share(connection),
          // A user may not be allowed a second one.
          ...Array.from({ length: more }, () =>
            open().then(
              (other) => share(other.connection),
              () => {},
            ),
          ),
        ];
        await Promise.all(shares);
        const files = parts.flatMap(
          ({ name }) => state?.parts[name]?.files ?? [],
        );
        return { files, from: begun.from };
      } finally {
        end(new Error('Connection lost: another one was'));
        close();
        await Promise.allSettled(shares);
        // It may have been on its way.
        close();
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
