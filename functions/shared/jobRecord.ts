/** What the end of a job needs to know of its start. */
export interface JobRecord {
  /** By merge table: the run whose published snapshot it merges with. */
  readonly bases: Readonly<Record<string, string>>;
  readonly startedAt: string;
}
