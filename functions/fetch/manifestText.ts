import type { Manifest, ManifestFile } from './manifest.ts';

/** What a manifest says of all its files together. */
export interface ManifestTotals {
  readonly files: number;
  readonly bytes: number;
  readonly records: number;
}

/** Files of a manifest that are text already. */
export interface ManifestText extends ManifestTotals {
  readonly text: string;
}

export const totalsOf = (files: readonly ManifestFile[]): ManifestTotals => {
  const sum = (of: 'records' | 'bytes') =>
    files.reduce((total, file) => total + file[of], 0);
  return { files: files.length, bytes: sum('bytes'), records: sum('records') };
};

const INDENT = 1;

/** Some files as a manifest has them: a line each. */
export const filesText = (files: readonly ManifestFile[]): string =>
  files.map((file) => `  ${JSON.stringify(file)}`).join(',\n');

/** Texts of files, in their order, as one. */
export const joinTexts = (texts: readonly string[]): string =>
  texts.filter((text) => text !== '').join(',\n');

/**
 * A manifest as it is written.
 * @param text its files, by `filesText`.
 */
export const manifestText = (
  manifest: Manifest,
  text: string = filesText(manifest.files),
): string => {
  const around = JSON.stringify(
    { ...manifest, files: undefined },
    null,
    INDENT,
  );
  return `${around.slice(0, -'\n}'.length)},\n "files": [\n${text}\n ]\n}`;
};
