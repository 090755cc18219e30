import type { WrittenTable } from '../../engine/output.ts';

/** What a run wrote to the lake and would publish. */
export interface RunOutput {
  readonly tables: readonly (WrittenTable & { readonly location: string })[];
  /** By merge table: the run whose published snapshot it was merged with. */
  readonly bases: Readonly<Record<string, string>>;
  readonly watermarks: Readonly<Record<string, string>>;
}
