/** Where something went wrong, as far as it is known. */
export interface Place {
  readonly pipeline?: string;
  readonly source?: string;
  readonly table?: string;
  readonly file?: string;
  readonly line?: number;
  readonly column?: string;
}

const placeText = (place: Place) =>
  (['pipeline', 'source', 'table', 'file', 'line', 'column'] as const)
    .filter((key) => place[key] !== undefined)
    .map((key) => `${key} ${place[key]}`)
    .join(', ');

/**
 * The base of every error that Tributary means: what is wrong, where, and what
 * to do, as text and as data.
 */
export class TributaryError extends Error {
  readonly place: Place;

  constructor(message: string, place: Place = {}, options?: ErrorOptions) {
    const where = placeText(place);
    super(where ? `${where}: ${message}` : message, options);
    this.name = new.target.name;
    this.place = place;
  }
}

/** A definition that does not make sense; the whole list of its faults. */
export class DefinitionError extends TributaryError {
  readonly faults: readonly string[];

  constructor(pipeline: string, faults: readonly string[]) {
    super(faults.join('\n'), { pipeline });
    this.faults = faults;
  }
}

/** The input is not there, or not in the shape that its source declares. */
export class SourceError extends TributaryError {}

/** A table cannot be made, or breaks its own declaration. */
export class TableError extends TributaryError {}

/** A check of severity `fail` found bad rows: nothing was published. */
export class CheckError extends TributaryError {}

/** Another execution works on the same pipeline and period. */
export class LockedError extends TributaryError {}

/** A publish or a rollback that would not be sound. */
export class PublishError extends TributaryError {}

/** A command or an option that cannot be carried out as given. */
export class UsageError extends TributaryError {}
