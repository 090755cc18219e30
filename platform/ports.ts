import type { CatalogState, CatalogTable } from '../core/catalog.ts';
import type { EngineName } from '../core/definePipeline.ts';
import type { Destination } from '../core/destination.ts';
import type { SourceError } from '../core/errors.ts';
import type { Workers } from '../core/workers.ts';
import type { Definitions } from './definitions.ts';

/** An object as a listing has it. */
export interface StoreEntry {
  readonly key: string;
  readonly bytes: number;
  readonly modified: Date;
}

/**
 * Whether an object outlives a power failure as soon as it is there, or when
 * `flush` is done, which may go on beside other work.
 */
export type Flushed = 'now' | 'later';

/** Objects by key, `/` between the parts; each is written whole or not at all. */
export interface Store {
  /** Whether all outlives a power failure, flushed or not. */
  readonly isLasting: boolean;
  read(key: string): Promise<string | undefined>;
  /** @param body a text, or bytes in pieces. */
  write(
    key: string,
    body: string | readonly Uint8Array[],
    flushed?: Flushed,
  ): Promise<void>;
  /** Writes only where nothing is yet. @returns false where something is. */
  create(key: string, body: string): Promise<boolean>;
  /** All keys that begin with the prefix, sorted. */
  list(prefix: string): Promise<string[]>;
  /** The same with sizes and times. */
  entries(prefix: string): Promise<StoreEntry[]>;
  /**
   * What writes that broke off, or go on now, have left below a prefix: no
   * objects, but they take room. `remove` takes their keys.
   */
  unfinished(prefix: string): Promise<StoreEntry[]>;
  remove(key: string): Promise<void>;
  /** Removes all below a prefix that ends in `/`, unfinished writes as well. */
  removeAll(prefix: string): Promise<void>;
  /** Makes a file of this machine an object; the file is gone afterwards. */
  upload(file: string, key: string, flushed?: Flushed): Promise<void>;
  /** Copies a file of this machine; the file stays. */
  copy(file: string, key: string, flushed?: Flushed): Promise<void>;
  /** From now on, these objects outlive a power failure. */
  flush(keys: readonly string[]): Promise<void>;
  /** A path on this machine from which an object can be read. */
  local(key: string): Promise<string>;
}

/** Who holds a lock: an execution, and the run that it works on. */
export interface Holder {
  readonly execution: string;
  readonly run: string;
}

/** A lock that was taken. */
export interface Lease {
  readonly name: string;
  /** Rises with each owner; an older one must not act any more. */
  readonly fence: number;
  /** The run whose execution died with the lock in hand, if one did. */
  readonly abandoned?: Holder;
}

export type Acquired = { readonly lease: Lease } | { readonly heldBy: Holder };

export interface Locks {
  /** Takes a lock that is free, its own, or whose holder runs no more. */
  acquire(name: string, holder: Holder): Promise<Acquired>;
  /** @throws LockedError where the lease is no longer the last one. */
  assertHeld(lease: Lease): Promise<void>;
  /** Gives the lock back, where this execution holds it. */
  release(name: string, execution: string): Promise<void>;
}

/** Where readers look up which files a table is made of. */
export interface Catalog {
  read(database: string): Promise<CatalogState>;
  /**
   * Replaces the state that was read. Who reads it sees all of it or nothing.
   * @throws PublishError where another version was written meanwhile.
   */
  replace(before: CatalogState, after: CatalogState): Promise<void>;
  /**
   * Finishes what a crash left of the last `replace`, for readers that do not
   * ask Tributary. Safe to repeat.
   */
  settle(database: string): Promise<void>;
  databases(): Promise<string[]>;
}

/** What a run has published of a table: the whole, or one partition of it. */
export interface PublishedPiece {
  readonly table: string;
  readonly columns: CatalogTable['columns'];
  /** The partition's values as text; empty for a whole table. */
  readonly values: Readonly<Record<string, string>>;
}

/** What those who know nothing of Tributary find in the tables. */
export interface Readers {
  /**
   * Counts rows where readers are led to now; those of each piece, in order.
   * @throws TributaryError where they cannot be read.
   */
  count(
    database: string,
    pieces: readonly PublishedPiece[],
  ): Promise<{
    readonly rows: readonly number[];
    /** What each query scanned, where that costs money. */
    readonly scans?: readonly number[];
  }>;
}

/** Something that people are told of. */
export interface Notification {
  readonly kind:
    | 'published'
    | 'failed'
    | 'sla-exceeded'
    | 'freshness-missed'
    | 'budget-exceeded';
  /** None where it is about the stage as a whole. */
  readonly pipeline?: string;
  /** In a few words. */
  readonly subject: string;
  /** Lines, the most important ones first. */
  readonly text: string;
}

/** Tells people. */
export interface Notifier {
  /** @throws where it did not get through. */
  tell(notification: Notification): Promise<void>;
}

/** A number that is drawn, or by which an alarm rings. */
export interface Metric {
  readonly name: string;
  readonly value: number;
  readonly unit: 'Count' | 'Seconds' | 'None';
}

/** Takes down measures of a pipeline, or of the stage as a whole. */
export interface Meter {
  measure(metrics: readonly Metric[], pipeline?: string): void;
}

/** What runs the state machine. */
export interface Executions {
  isRunning(execution: string): Promise<boolean>;
}

/** Files that an engine made, before they are objects of the lake. */
export interface MadeFiles {
  /** The names of those that are in no folder. */
  list(): Promise<string[]>;
  read(file: string): Promise<string | undefined>;
  /** Makes one an object of the lake; it is gone afterwards. */
  move(file: string, key: string): Promise<void>;
}

/** What the job of a run is started with; files as places that it can read. */
export interface JobOrder {
  readonly pipeline: string;
  readonly run: string;
  readonly plan: string;
  readonly request: string;
  readonly taskToken: string;
  /** Machines that the pipeline asks for. */
  readonly workers?: Workers | undefined;
}

/** What runs `glue-jobs/job_template.py`. */
export interface Jobs {
  /**
   * Starts the job of a run, or gives the one that is alive the new token.
   * Whatever becomes of it, the token hears of its end.
   * @returns the name of the job's run.
   */
  start(order: JobOrder): Promise<string>;
  /** Where a job can read an object of the lake: a path or a URI. */
  place(key: string): Promise<string>;
  /**
   * Makes ready that a job reads a MySQL database itself.
   * @param secret the name of the one with user and password.
   * @returns where the job can read it: a path or a name.
   * @throws SetupError where jobs cannot.
   */
  mysql(secret: string): Promise<string>;
  /** What the last job of a run has made so far. */
  made(pipeline: string, run: string): Promise<MadeFiles>;
  /** Ends the job of a run, where it is alive. */
  abort(run: string): Promise<void>;
  /**
   * What is billed for the jobs of a run, in DPU-seconds: one DPU is 4 vCPUs with
   * 16 GB. `undefined` where nobody counts, or one of them has not ended.
   */
  dpuSeconds(run: string): Promise<number | undefined>;
}

/**
 * Tells a state that waits for a token how its work goes.
 * @throws TokenError from each, where nobody waits any more.
 */
export interface Callbacks {
  succeed(token: string, output: unknown): Promise<void>;
  fail(
    token: string,
    error: { readonly name: string; readonly message: string },
  ): Promise<void>;
  beat(token: string): Promise<void>;
}

/** What an engine can do here, and what it costs. */
export interface EngineFacts {
  readonly name: EngineName;
  /** Until there is a machine, which costs nothing. */
  readonly waitSeconds?: number;
  /** From then to its first row. */
  readonly startSeconds: number;
  /** Landed bytes a second from then on. */
  readonly bytesPerSecond: number;
  /** While it runs; 0 on a machine of one's own. */
  readonly dollarsPerHour: number;
  /** The least that is paid for. */
  readonly leastSeconds?: number;
  /** The most landed bytes that its memory and disk are good for. */
  readonly maxBytes?: number;
  readonly maxSeconds?: number;
}

/** The Lambda that a handler works in. */
export interface Host {
  /** In MB. */
  readonly memory: number;
  readonly architecture: 'arm64' | 'x86_64';
}

export interface Clock {
  now(): Date;
}

/** Credentials, each by the name of its secret. */
export interface Secrets {
  /**
   * Reads a secret anew: it may have been rotated since the last time.
   * @throws SecretError where there is none, or it is no JSON object.
   */
  read(name: string): Promise<Readonly<Record<string, unknown>>>;
}

/** A file that somebody put into a folder. */
export interface DroppedFile {
  /** Below the folder, `/` between the parts. */
  readonly path: string;
  readonly bytes: number;
  /** Another one as soon as the bytes are others. */
  readonly version: string;
  /** Why it can be listed and not read. */
  readonly fault?: SourceError;
}

/** A folder that people or other systems put files into. */
export interface DropFolder {
  /** Where it is, for messages; nothing secret. */
  readonly name: string;
  /** Its path, where it is of this machine: its files may be read there. */
  readonly path?: string;
  /** All files whose paths begin so, sorted by their bytes. */
  list(prefix: string): Promise<DroppedFile[]>;
  /**
   * A path on this machine with its bytes: its own, or a copy in `scratch`.
   * @throws SourceError where its version is another meanwhile.
   */
  local(file: DroppedFile, scratch: string): Promise<string>;
  /** @throws SourceError where its version is another than it was. */
  confirm(file: DroppedFile): Promise<void>;
  /** The bytes of small files, in their order; to be confirmed as well. */
  read(files: readonly DroppedFile[]): Promise<Buffer[]>;
}

/** Where files are dropped. */
export interface Drops {
  /** The pipeline's own folder, or one that the definition names (`s3://…`). */
  open(pipeline: string, folder?: string): Promise<DropFolder>;
}

/** How HTTP sources are asked; what is left out has a default. */
export interface HttpSettings {
  /** Other servers that stand in for an origin: `https://host` to another. */
  readonly origins?: Readonly<Record<string, string>>;
  /** Until a connection stands, TLS included, in milliseconds. */
  readonly connectMs?: number;
  /** The longest silence of a server, in milliseconds. */
  readonly readMs?: number;
  /** Before the second try, in milliseconds; doubled for each after it. */
  readonly backoffMs?: number;
}

/** Who is told of runs, as OpenLineage events. */
export interface LineageReceiver {
  /** Of the jobs and datasets that are named. */
  readonly namespace: string;
  /** @throws TributaryError where the event did not arrive. */
  emit(event: object): Promise<void>;
}

/** What is replaced as a whole: a table, or one partition of it. */
export interface LoadPiece {
  /** The partition's values as text; empty for a whole table. */
  readonly values: Readonly<Record<string, string>>;
  /** Tells one content from another: where the snapshot is. */
  readonly snapshot: string;
}

/** A published table, for a database to hold a copy of. */
export interface LoadTable {
  readonly name: string;
  readonly columns: CatalogTable['columns'];
  readonly key: readonly string[];
  readonly partitionBy: readonly string[];
  readonly pieces: readonly LoadPiece[];
}

/** A table that was loaded, all of it or some partitions. */
export interface LoadedTable {
  readonly table: string;
  readonly rows: number;
}

export interface LoadOrder {
  readonly secret: string;
  readonly schema: string;
  /**
   * What is published. Asked once nobody else loads the same schema, so that
   * what is older never comes last.
   */
  readonly published: () => Promise<readonly LoadTable[]>;
  /** Writes a piece's rows to a CSV file without header: NULL is nothing. */
  readonly rows: (table: LoadTable, piece: LoadPiece) => Promise<string>;
}

/** A database that copies of published tables are kept in. */
export interface DestinationLoader {
  /**
   * Makes the copies like what is published, all at once, and writes no more
   * than has changed. Safe to repeat.
   * @throws DestinationError; the copies are as they were before.
   */
  load(order: LoadOrder): Promise<readonly LoadedTable[]>;
}

/** The versions of a secret, of which a rotation makes another. */
export interface SecretVersions {
  /** By the id of a version, what it is called: `AWSCURRENT` and such. */
  stages(
    secret: string,
  ): Promise<Readonly<Record<string, readonly string[] | undefined>>>;
  /** Nothing where there is none. */
  read(
    secret: string,
    stage: 'AWSCURRENT' | 'AWSPENDING' | 'AWSPREVIOUS',
    version?: string,
  ): Promise<Readonly<Record<string, unknown>> | undefined>;
  /** Adds the version that is pending. */
  put(
    secret: string,
    version: string,
    value: Readonly<Record<string, unknown>>,
  ): Promise<void>;
  /** Makes a version the current one; the one before is then the previous. */
  promote(secret: string, version: string): Promise<void>;
}

/** A container that is kept running, and may be put to sleep. */
export interface ContainerService {
  /** How many of it are wanted. @throws where there is no such service. */
  wanted(): Promise<number>;
  want(count: number): Promise<void>;
}

/** A Metabase server that shows the dashboards. */
export interface MetabaseServer {
  readonly url: string;
  /** The name of the secret with its login. */
  readonly secret: string;
  /**
   * Has the dashboards of a pipeline applied by somebody else, where the server
   * is out of reach from here.
   */
  readonly ask?: (pipeline: string) => Promise<void>;
}

/** All that the handlers need of the world around them. */
export interface Platform {
  readonly definitions: Definitions;
  readonly store: Store;
  readonly locks: Locks;
  readonly catalog: Catalog;
  readonly readers: Readers;
  readonly executions: Executions;
  readonly jobs: Jobs;
  readonly callbacks: Callbacks;
  /** The engines to choose from. */
  readonly engines: readonly EngineFacts[];
  readonly clock: Clock;
  readonly secrets: Secrets;
  readonly drops: Drops;
  /** By kind of destination. */
  readonly destinations: Readonly<
    Record<Destination['kind'], DestinationLoader>
  >;
  readonly http?: HttpSettings;
  /** None where nobody is to be told. */
  readonly lineage?: LineageReceiver;
  /** None where no people are to be told. */
  readonly notifier?: Notifier;
  /** None on a laptop: the ledger has all. */
  readonly meter?: Meter;
  /** None where dashboards are not to be applied after a publish. */
  readonly metabase?: MetabaseServer;
  /** A folder of this machine for a run's scratch files. */
  readonly scratch: string;
  /** None on a laptop. */
  readonly host?: Host;
  /** The engine's memory, such as `2GB`. */
  readonly memory?: string;
}
