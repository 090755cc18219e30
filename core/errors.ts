/** Where something went wrong, as far as it is known. */
export interface Place {
  readonly pipeline?: string;
  readonly source?: string;
  readonly table?: string;
  readonly file?: string;
  readonly line?: number;
  /** In its line, from 1. */
  readonly character?: number;
  readonly column?: string;
}

const PARTS = [
  'pipeline',
  'source',
  'table',
  'file',
  'line',
  'character',
  'column',
] as const;

const placeText = (place: Place) =>
  PARTS.filter((key) => place[key] !== undefined)
    .map((key) => `${key} ${place[key]}`)
    .join(', ');

/**
 * The base of every error that Tributary means: what is wrong, where, and what
 * to do, as text and as data.
 */
export class TributaryError extends Error {
  /** What is wrong, without the place. */
  readonly reason: string;
  place: Place;

  constructor(reason: string, place: Place = {}, options?: ErrorOptions) {
    super(reason, options);
    this.name = new.target.name;
    this.reason = reason;
    this.place = {};
    this.within(place);
  }

  /** Adds what is known of the place further out. @returns the same error. */
  within(place: Place): this {
    this.place = { ...place, ...this.place };
    const where = placeText(this.place);
    this.message = where ? `${where}: ${this.reason}` : this.reason;
    return this;
  }
}

/** Adds to the place of an error of ours; any other stays as it is. */
export const within = (error: unknown, place: Place): unknown =>
  error instanceof TributaryError ? error.within(place) : error;

/** A definition that does not make sense; the whole list of its faults. */
export class DefinitionError extends TributaryError {
  readonly faults: readonly string[];

  constructor(
    pipeline: string,
    faults: readonly string[],
    options?: ErrorOptions,
  ) {
    super(faults.join('\n'), { pipeline }, options);
    this.faults = faults;
  }
}

/** The input is not there, or not in the shape that its source declares. */
export class SourceError extends TributaryError {}

/** Credentials that are not there, or that nobody can read. */
export class SecretError extends TributaryError {}

/** A table cannot be made, or breaks its own declaration. */
export class TableError extends TributaryError {}

/** A check of severity `fail` found bad rows: nothing was published. */
export class CheckError extends TributaryError {}

/** Another execution works on the same pipeline and period. */
export class LockedError extends TributaryError {}

/** A publish or a rollback that would not be sound. */
export class PublishError extends TributaryError {}

/** A database did not take the copy of a table: it has what it had before. */
export class DestinationError extends TributaryError {}

/** A Metabase server that is away, refuses, or holds what a person changed. */
export class MetabaseError extends TributaryError {}

/** It is asleep, starting, or out of reach: the next time may be better. */
export class MetabaseAwayError extends MetabaseError {}

/** A merge whose base was replaced meanwhile: the transform has to run again. */
export class StaleBaseError extends PublishError {}

/** The job on the other engine was killed, never answered, or left nothing. */
export class JobError extends TributaryError {}

/** Nobody waits for the token any more: its time is over, or it has ended. */
export class TokenError extends TributaryError {}

/** A program that has to be on this machine is not. */
export class SetupError extends TributaryError {}

/** A command or an option that cannot be carried out as given. */
export class UsageError extends TributaryError {}

/** A stage on AWS that refused, or could not be reached. */
export class StageError extends TributaryError {}
