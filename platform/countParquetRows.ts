import type { AsyncBuffer } from 'hyparquet';
import { type OpenFile, open } from './shortFiles.ts';

/** The file as hyparquet reads one: by parts. */
const bufferOf = async (handle: OpenFile): Promise<AsyncBuffer> => {
  const size = await handle.size();
  return {
    byteLength: size,
    slice: async (start, end = size) => {
      const part = new Uint8Array(end - start);
      await handle.read(part, start);
      return part.buffer;
    },
  };
};

/**
 * The rows that the footer of a Parquet file tells.
 * @throws where it is no whole Parquet file.
 */
export const countParquetRows = async (file: string): Promise<number> => {
  // The package's own entry loads its reader of values as well.
  const { parquetMetadataAsync } = await import('hyparquet/src/metadata.js');
  await using handle = await open(file, 'r');
  const { num_rows } = await parquetMetadataAsync(await bufferOf(handle));
  return Number(num_rows);
};
