import type { Source } from './source.ts';

/** Where live files lie that people or other systems put there. */
export interface FolderOptions {
  /**
   * An S3 prefix, `s3://bucket/prefix`, below which `files` matches. Default:
   * the pipeline's drop folder.
   */
  readonly folder?: string;
  /**
   * In how many parts the files are landed, each by a function of its own.
   * Files of one folder stay together. Default 1.
   */
  readonly parts?: number;
}

/** The same in a plan. */
export type FolderFrom = FolderOptions;

const MAX_PARTS = 100;

/** The part of a source's options that says where its files are dropped. */
export const folderFrom = ({
  folder,
  parts,
}: FolderOptions): Readonly<Record<string, unknown>> | undefined =>
  folder === undefined && parts === undefined
    ? undefined
    : {
        ...(folder !== undefined && { folder }),
        ...(parts !== undefined && { parts }),
      };

/** In how many parts a source is landed live. */
export const partsOf = (from: Source['from']): number =>
  ((from ?? {}) as FolderFrom).parts ?? 1;

/** What is wrong with the folders of a pipeline's sources. */
export const folderFaults = (
  sources: readonly Pick<Source, 'name' | 'from'>[],
): string[] =>
  sources.flatMap(({ name, from = {} }) => {
    const { folder, parts = 1 } = from as FolderFrom;
    const isS3 =
      folder === undefined ||
      /^s3:\/\/[a-z0-9][a-z0-9.-]+(\/.*)?$/.test(folder);
    return [
      ...(isS3
        ? []
        : [
            `source ${name}: folder "${folder}" is no S3 prefix: write ` +
              's3://bucket/prefix',
          ]),
      ...(Number.isInteger(parts) && parts >= 1 && parts <= MAX_PARTS
        ? []
        : [
            `source ${name}: parts is ${parts}: it must be a whole number ` +
              `from 1 to ${MAX_PARTS}`,
          ]),
    ];
  });
