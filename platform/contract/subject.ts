import type { Catalog, Locks, Store } from '../ports.ts';

/** The ports of one place, and executions of the process that opened it. */
export interface Opened {
  readonly store: Store;
  readonly locks: Locks;
  readonly catalog: Catalog;
  /** The name of a new execution that runs. */
  begin(): Promise<string>;
  /** Ends an execution of this process. */
  end(execution: string): Promise<void>;
}

/**
 * The adapters that a contract is run against. Other processes have to open the
 * same place, so the way to open it is a module.
 */
export interface Subject {
  /** The address of a module that exports `open(place)`, see `Opened`. */
  readonly module: string;
  /** Makes an empty place and gives its name. */
  newPlace(): Promise<string>;
  removePlace(place: string): Promise<void>;
}

export interface SubjectModule {
  open(place: string): Promise<Opened>;
}

export const openSubject = async (
  { module }: Pick<Subject, 'module'>,
  place: string,
): Promise<Opened> => ((await import(module)) as SubjectModule).open(place);
