/** A moment at which a process is to kill itself. */
export type Kill =
  /** `amid` where half of a file is written. */
  | { readonly when: 'before' | 'amid' | 'after'; readonly operation: number }
  | Boundary;

/** A handler that begins or ends. */
export interface Boundary {
  readonly when: 'begins' | 'ends';
  readonly step: string;
}

/** What a process of its own is to do to a lake. */
export interface ActorSpec {
  readonly lake: string;
  /** A folder of recordings to run; a clean, or a rollback of the last run. */
  readonly replay?: string;
  /** The bounds of a clean. */
  readonly clean?: { readonly keep: number; readonly olderThan: number };
  readonly kill?: Kill;
  /** Waits within this step, before its first change, for any input. */
  readonly pause?: string;
}

/** An operation of an actor that came to its end. */
export interface DoneOperation {
  readonly number: number;
  readonly step: string;
  readonly name: string;
  readonly file: string;
  readonly canHalve: boolean;
}

/** What an actor says when it comes to its end. */
export interface ActorReport {
  readonly run: string;
  readonly error?: { readonly name: string; readonly message: string };
  readonly operations: readonly DoneOperation[];
  readonly boundaries: readonly Boundary[];
}
