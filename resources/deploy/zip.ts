import { buffer } from 'node:stream/consumers';
import { ZipFile } from 'yazl';

/** A file of an archive. */
export interface Entry {
  readonly path: string;
  readonly body: Buffer;
}

/** The same files make the same bytes, whenever and wherever. */
const ALWAYS = { mtime: new Date('2000-01-01T00:00:00Z'), mode: 0o100644 };

/** Files as one archive, in the order of their paths. */
export const zip = async (entries: readonly Entry[]): Promise<Buffer> => {
  const archive = new ZipFile();
  const sorted = entries.toSorted((a, b) => (a.path < b.path ? -1 : 1));
  for (const { path, body } of sorted) archive.addBuffer(body, path, ALWAYS);
  archive.end();
  return buffer(archive.outputStream);
};
