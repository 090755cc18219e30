import type { SourceRows } from '../../engine/output.ts';

const filesOf = (file: string, files: number | undefined) =>
  files === undefined || files === 1
    ? file
    : `${file} and ${files - 1} more ${files === 2 ? 'file' : 'files'}`;

/** Where the input's columns differ from those declared: a line for each. */
export const schemaLines = (
  sources: readonly Pick<SourceRows, 'source' | 'schema'>[],
): string[] =>
  sources.flatMap(({ source, schema = [] }) =>
    schema.map(({ column, change, file, files }) =>
      change === 'added'
        ? `${source}: column "${column}" is not declared, left out: ${filesOf(file, files)}`
        : `${source}: column "${column}" is missing, NULL: ${filesOf(file, files)}`,
    ),
  );
