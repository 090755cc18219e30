import type { Manifest, ManifestFile } from './manifest.ts';

/** What a manifest says of all its files together. */
export interface ManifestTotals {
  readonly files: number;
  readonly bytes: number;
  readonly records: number;
}

/** Files of a manifest that are text already. */
export interface ManifestText extends ManifestTotals {
  /** In UTF-8, by `fileText`, in as many pieces as it came in. */
  readonly text: readonly Uint8Array[];
}

export const totalsOf = (files: readonly ManifestFile[]): ManifestTotals => {
  const sum = (of: 'records' | 'bytes') =>
    files.reduce((total, file) => total + file[of], 0);
  return { files: files.length, bytes: sum('bytes'), records: sum('records') };
};

const INDENT = 1;

/** Between files of a manifest. */
export const BETWEEN_FILES = ',\n';

/** A file as a manifest has it: a line of its own. */
export const fileText = (file: ManifestFile): string =>
  `  ${JSON.stringify(file)}`;

/**
 * A manifest as it is written, in UTF-8 and in pieces.
 * @param text its files, where they are text already.
 */
export const manifestText = (
  manifest: Manifest,
  text: readonly Uint8Array[] = [
    Buffer.from(manifest.files.map(fileText).join(BETWEEN_FILES)),
  ],
): readonly Uint8Array[] => {
  const around = JSON.stringify(
    { ...manifest, files: undefined },
    null,
    INDENT,
  );
  const before = `${around.slice(0, -'\n}'.length)},\n "files": [\n`;
  return [Buffer.from(before), ...text, Buffer.from('\n ]\n}')];
};
