import { readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** Changes one recording, given the folder that holds it. */
export type Damage = (folder: string) => Promise<unknown>;

/** One byte a character, so that no byte is changed by reading it. */
const BYTES = 'latin1';

/** Changes the bytes of a file. */
export const edit =
  (path: string, change: (text: string) => string): Damage =>
  async (folder) => {
    const file = join(folder, path);
    const before = await readFile(file, BYTES);
    const after = change(before);
    if (after === before) throw new Error(`${path} stayed as it was`);
    await writeFile(file, after, BYTES);
  };

/** Changes every file of a folder. */
export const editAll =
  (path: string, change: (text: string) => string): Damage =>
  async (folder) => {
    const entries = await readdir(join(folder, path), {
      recursive: true,
      withFileTypes: true,
    });
    for (const entry of entries)
      if (entry.isFile()) {
        const file = join(entry.parentPath, entry.name);
        await writeFile(file, change(await readFile(file, BYTES)), BYTES);
      }
  };

/** Replaces or adds a file. */
export const put =
  (path: string, body: string | Buffer): Damage =>
  (folder) =>
    writeFile(join(folder, path), body);

export const remove =
  (path: string): Damage =>
  (folder) =>
    rm(join(folder, path), { recursive: true });

export const both =
  (...damages: readonly Damage[]): Damage =>
  async (folder) => {
    for (const damage of damages) await damage(folder);
  };

/** Changes the rows of a CSV file, fields as they are written. */
export const editRows = (
  change: (fields: string[], line: number) => readonly string[],
  separator = ',',
): ((text: string) => string) => {
  const field = new RegExp(`"(?:[^"]|"")*"|[^${separator}]*`, 'y');
  const split = (row: string) => {
    const fields: string[] = [];
    for (let at = 0; at <= row.length; ) {
      field.lastIndex = at;
      const found = field.exec(row)?.[0] ?? '';
      fields.push(found);
      at += found.length + 1;
    }
    return fields;
  };
  return (text) =>
    text
      .split(/(?<=\n)/)
      .map((row, i) => {
        const [, body = '', end = ''] = /^(.*?)(\r?\n?)$/s.exec(row) ?? [];
        return change(split(body), i + 1).join(separator) + end;
      })
      .join('');
};

/** The first line stays, each other is changed. */
export const editBody =
  (change: (row: string) => string): ((text: string) => string) =>
  (text) => {
    const cut = text.indexOf('\n') + 1;
    return text.slice(0, cut) + change(text.slice(cut));
  };
