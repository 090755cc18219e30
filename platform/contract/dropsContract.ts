import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SourceError, UsageError } from '../../core/errors.ts';
import type { DropFolder, DroppedFile, Drops } from '../ports.ts';

/** Folders that files are dropped into, and hands that do so. */
export interface DropsPlace {
  readonly drops: Drops;
  put(pipeline: string, path: string, body: string): Promise<void>;
  take(pipeline: string, path: string): Promise<void>;
  remove(): Promise<void>;
}

const pathsOf = (files: readonly DroppedFile[]) =>
  files.map(({ path }) => path);

/** What whoever lands dropped files may rely on. */
export const dropsContract = (
  name: string,
  open: () => Promise<DropsPlace>,
): void => {
  describe(`drops: ${name}`, () => {
    let place: DropsPlace;
    let folder: DropFolder;
    let scratch: string;
    beforeEach(async () => {
      place = await open();
      folder = await place.drops.open('shop');
      scratch = await mkdtemp(join(tmpdir(), 'tributary-'));
    });
    afterEach(async () => {
      await place.remove();
      await rm(scratch, { recursive: true });
    });

    const put = (path: string, body: string) => place.put('shop', path, body);
    const only = async (path: string): Promise<DroppedFile> => {
      const [file, ...others] = await folder.list(path);
      if (!file || others.length > 0) throw new Error(`not one ${path}`);
      return file;
    };
    /** Reads a file as a landing does: what was read is confirmed. */
    const land = async (file: DroppedFile): Promise<string> => {
      const body = await readFile(await folder.local(file, scratch), 'utf8');
      await folder.confirm(file);
      return body;
    };
    const landSmall = async (file: DroppedFile): Promise<string> => {
      const [body] = await folder.read([file]);
      await folder.confirm(file);
      return String(body);
    };

    test('where nobody has put anything, there is nothing', async () => {
      expect(await folder.list('')).toEqual([]);
      expect(await folder.list('date=2024-05-01/')).toEqual([]);
      expect(folder.name).not.toBe('');
    });

    test('a file is listed by path and bytes, and read whole', async () => {
      await put('in/2024/a b=ü+%41.csv', 'id\n1\nä\n');
      const [file] = await folder.list('');
      expect(file).toMatchObject({ path: 'in/2024/a b=ü+%41.csv', bytes: 8 });
      expect(await land(file as DroppedFile)).toBe('id\n1\nä\n');
    });

    test('paths are sorted by their bytes, whatever the folders', async () => {
      const sorted = [
        'B',
        'a',
        'a-b/c',
        'a.csv',
        'a/b',
        'ab',
        'é',
        '\uff5e',
        '😀',
      ];
      for (const path of sorted.toReversed()) await put(`in/${path}.x`, 'x');
      const expected = sorted.map((path) => `in/${path}.x`);
      const inBytes = expected.toSorted((a, b) =>
        Buffer.compare(Buffer.from(a), Buffer.from(b)),
      );
      expect(pathsOf(await folder.list(''))).toEqual(inBytes);
    });

    test('a prefix may end within a name', async () => {
      const paths = [
        'in/2024-05.csv',
        'in/2024-06.csv',
        'in/2025.csv',
        'i.csv',
      ];
      for (const path of paths) await put(path, 'x');
      expect(pathsOf(await folder.list('in/2024-'))).toEqual(paths.slice(0, 2));
      expect(pathsOf(await folder.list('in/'))).toEqual(paths.slice(0, 3));
      expect(pathsOf(await folder.list('in/none'))).toEqual([]);
    });

    test('pipelines have folders of their own', async () => {
      await put('a.csv', 'shop');
      await place.put('shopping', 'a.csv', 'shopping');
      await place.put('bank', 'b.csv', 'bank');
      expect(pathsOf(await folder.list(''))).toEqual(['a.csv']);
      expect(await land(await only('a.csv'))).toBe('shop');
    });

    test('the version is another as soon as the bytes are others', async () => {
      await put('a.csv', 'one');
      const before = await only('a.csv');
      expect(await only('a.csv')).toEqual(before);
      await put('a.csv', 'two');
      const after = await only('a.csv');
      expect(after.bytes).toBe(before.bytes);
      expect(after.version).not.toBe(before.version);
    });

    test.each<[string, () => Promise<void>]>([
      ['was replaced', () => put('a.csv', 'two')],
      ['was cut', () => put('a.csv', 'o')],
      ['is gone', () => place.take('shop', 'a.csv')],
    ])('a file that %s since it was listed is refused', async (_, change) => {
      await put('a.csv', 'one');
      const listed = await only('a.csv');
      await change();
      for (const by of [land, landSmall]) {
        await expect(by(listed)).rejects.toThrow(SourceError);
        await expect(by(listed)).rejects.toMatchObject({
          place: { file: 'a.csv' },
        });
      }
    });

    test('small files are read together, in the order asked for', async () => {
      const paths = Array.from({ length: 40 }, (_, i) => `in/${i}.csv`);
      for (const path of paths) await put(path, `of ${path}: ä`);
      const listed = await folder.list('in/');
      const asked = listed.toReversed();
      const read = await folder.read(asked);
      expect(read.map(String)).toEqual(
        asked.map(({ path }) => `of ${path}: ä`),
      );
      expect(await folder.read([])).toEqual([]);
    });

    test('what changes while it is read is refused, or not seen', async () => {
      await put('a.csv', 'one');
      const listed = await only('a.csv');
      const local = await folder.local(listed, scratch);
      await put('a.csv', 'two');
      const confirmed = await folder.confirm(listed).then(
        () => readFile(local, 'utf8'),
        (error: Error) => error.constructor,
      );
      expect(['one', SourceError]).toContain(confirmed);
    });

    test('a folder that a definition names is in S3, or it is refused', async () => {
      const elsewhere = place.drops.open('shop', '/srv/shop');
      await expect(elsewhere).rejects.toThrow(UsageError);
      await expect(elsewhere).rejects.toThrow('/srv/shop');
      const named = await place.drops.open('shop', 's3://others/in/');
      expect(named.name).toBe('s3://others/in/');
    });
  });
};
