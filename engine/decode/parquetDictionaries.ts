import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { setImmediate as othersTurn } from 'node:timers/promises';
import * as zlib from 'node:zlib';
import type { ColumnMetaData, Compressors, FileMetaData } from 'hyparquet';

/** A value of a column of texts or of double numbers. */
export type DictionaryValue = string | number;

/** Of a file's end, which tells where its columns are. */
const FOOTER_BYTES = 1 << 16;
/** Of a page: its header, and nearly always the whole of a small dictionary. */
const PAGE_BYTES = 1 << 12;
/** Longer dictionaries are not worth their reading. */
const MOST_BYTES = 1 << 18;

/** What the package does not unpack itself; another codec is an error. */
const codecs: Compressors = {
  GZIP: (bytes, size) => zlib.gunzipSync(bytes, { maxOutputLength: size }),
  BROTLI: (bytes, size) =>
    zlib.brotliDecompressSync(bytes, { maxOutputLength: size }),
  ZSTD: (bytes, size) =>
    zlib.zstdDecompressSync(bytes, { maxOutputLength: size }),
};

/** The package's own entry loads its reader of rows as well. */
const reading = async () => {
  const [metadata, { parquetHeader }, { decompressPage }, { readPlain }] =
    await Promise.all([
      import('hyparquet/src/metadata.js'),
      import('hyparquet/src/column.js'),
      import('hyparquet/src/datapage.js'),
      import('hyparquet/src/plain.js'),
    ]);
  const { parquetMetadataAsync, parquetSchema } = metadata;
  return {
    ...{ parquetMetadataAsync, parquetSchema },
    ...{ parquetHeader, decompressPage, readPlain },
  };
};
type Reading = Awaited<ReturnType<typeof reading>>;

/** How files keep what the engine reads as texts and as double numbers. */
const STORED = { VARCHAR: 'BYTE_ARRAY', DOUBLE: 'DOUBLE' } as const;
/** Types of which the engine keeps a file's dictionary, and that are decoded. */
export type DictionaryType = keyof typeof STORED;

/** The engine gives names that are not unique, whatever their case, another one. */
const isUnique = (names: readonly string[]) =>
  new Set(names.map((name) => name.toLowerCase())).size === names.length;

/** Bytes of a file; it is an error that it ends before them. */
type Slice = (start: number, end: number) => ArrayBuffer;

const slicesOf =
  (file: number): Slice =>
  (start, end) => {
    const bytes = new Uint8Array(end - start);
    for (let at = 0; at < bytes.length; ) {
      const got = readSync(file, bytes, at, bytes.length - at, start + at);
      if (got === 0) throw new RangeError('the file ends early');
      at += got;
    }
    return bytes.buffer;
  };

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

const asValue = (value: unknown): DictionaryValue => {
  if (typeof value === 'number') return value;
  if (value instanceof Uint8Array) return utf8.decode(value);
  throw new TypeError('neither a text nor a double number');
};

/**
 * The values of a column in one row group, where each of its pages says that it
 * is written by the dictionary: the footer's word on encodings does not tell
 * pages from the dictionary itself.
 */
const valuesOf = (
  { parquetHeader, decompressPage, readPlain }: Reading,
  slice: Slice,
  chunk: ColumnMetaData,
  most: number,
): DictionaryValue[] | undefined => {
  const { type, codec } = chunk;
  // Older writers give the dictionary's place as that of the first page.
  const start = Number(chunk.dictionary_page_offset || chunk.data_page_offset);
  const end = start + Number(chunk.total_compressed_size);
  let rows = Number(chunk.num_values);
  let values: DictionaryValue[] | undefined = rows === 0 ? [] : undefined;
  for (let at = start; rows > 0; ) {
    const bytes = slice(at, Math.min(end, at + PAGE_BYTES));
    const reader = { view: new DataView(bytes), offset: 0 };
    const header = parquetHeader(reader);
    const { compressed_page_size: packed, uncompressed_page_size: size } =
      header;
    const from = reader.offset;
    if (packed < 0) return undefined;
    if (header.dictionary_page_header) {
      const { num_values } = header.dictionary_page_header;
      if (values || num_values > most || Math.max(packed, size) > MOST_BYTES)
        return undefined;
      const whole =
        from + packed <= bytes.byteLength
          ? bytes
          : slice(at, at + from + packed);
      const page = decompressPage(
        new Uint8Array(whole, from, packed),
        size,
        codec,
        codecs,
      );
      const view = new DataView(page.buffer, page.byteOffset, page.byteLength);
      const found = readPlain({ view, offset: 0 }, type, num_values, undefined);
      values = Array.from(found as ArrayLike<unknown>, asValue);
    } else {
      const data = header.data_page_header ?? header.data_page_header_v2;
      if (!values || !data?.encoding.endsWith('_DICTIONARY')) return undefined;
      rows -= data.num_values;
    }
    at += from + packed;
  }
  return values;
};

const orUndefined = <T>(act: () => T): T | undefined => {
  try {
    return act();
  } catch {
    return undefined;
  }
};

/**
 * All values that columns of Parquet files have, but for NULL, read from the
 * dictionaries alone: a few kilobytes of each row group.
 * @param files their paths on this machine.
 * @param types columns of texts (UTF-8) and of double numbers, by their names.
 * @param most so many values, or the column is left out.
 * @returns the values of each column that is written by dictionaries only;
 *   what cannot be read is left out as well, for whoever reads the rows to tell.
 */
export const readDictionaries = async (
  files: readonly string[],
  types: ReadonlyMap<string, DictionaryType>,
  most: number,
): Promise<Map<string, ReadonlySet<DictionaryValue>>> => {
  const parquet = await reading();
  const found = new Map(
    [...types.keys()].map((name) => [name, new Set<DictionaryValue>()]),
  );
  const look = (slice: Slice, metadata: FileMetaData) => {
    const { row_groups } = metadata;
    const { children } = parquet.parquetSchema(metadata);
    if (!isUnique(children.map(({ element }) => element.name))) found.clear();
    for (const [name, values] of found)
      for (const { columns, num_rows } of row_groups) {
        const chunk = columns.find(
          ({ meta_data }) =>
            meta_data?.path_in_schema.length === 1 &&
            meta_data.path_in_schema[0] === name &&
            meta_data.type === STORED[types.get(name) ?? 'VARCHAR'] &&
            meta_data.num_values === num_rows,
        )?.meta_data;
        const more =
          chunk && orUndefined(() => valuesOf(parquet, slice, chunk, most));
        for (const value of more ?? []) values.add(value);
        if (more && values.size <= most) continue;
        found.delete(name);
        break;
      }
  };
  for (const path of files) {
    const file = openSync(path, 'r');
    try {
      const slice = slicesOf(file);
      const { size: byteLength } = fstatSync(file);
      const metadata = await parquet.parquetMetadataAsync(
        { byteLength, slice: (start, end = byteLength) => slice(start, end) },
        { initialFetchSize: FOOTER_BYTES, geoparquet: false },
      );
      look(slice, metadata);
    } finally {
      closeSync(file);
    }
    await othersTurn();
  }
  return found;
};
