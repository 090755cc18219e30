import type { EngineName } from '../../core/definePipeline.ts';
import type { Period } from '../../core/period.ts';
import type { Part } from '../fetch/parts.ts';

/** Settings of one execution. */
export interface RunOptions {
  /**
   * A folder of recordings: `<replay>/<pipeline>/…` stands in for every
   * source. Without it, the pipeline's own sample is used.
   */
  readonly replay?: string;
  /** Fetches every source from where its data really live. */
  readonly live?: boolean;
  /** Takes what another run landed in place of any input. */
  readonly retry?: {
    readonly of: string;
    /** By source: the folder of landing, with a `/` at its end. */
    readonly landed: Readonly<Record<string, string>>;
  };
  /** Stands over the definition's pin. */
  readonly engine?: EngineName;
}

/** Where the input of a run comes from. */
export type InputKind = 'sample' | 'replay' | 'live';

export const inputKind = ({ replay, live }: RunOptions): InputKind => {
  if (live) return 'live';
  return replay === undefined ? 'sample' : 'replay';
};

/** What starts the state machine. */
export interface StartEvent {
  readonly pipeline: string;
  /** The logical date, `YYYY-MM-DD`; `null` for the default. */
  readonly date: string | null;
  readonly options: RunOptions;
}

/** The execution, as the state machine's context object names it. */
export interface ExecutionInfo {
  readonly id: string;
  readonly startedAt: string;
}

export interface PlanEvent extends StartEvent {
  readonly execution: ExecutionInfo;
}

/** What goes from step to step: small, large things go by their keys. */
/** A source, or a part of its files, that one fetch lands. */
export interface FetchItem {
  readonly source: string;
  readonly part: Part;
}

export interface RunEvent {
  readonly pipeline: string;
  readonly run: string;
  readonly date: string;
  readonly period: Period;
  readonly execution: ExecutionInfo;
  readonly options: RunOptions;
  /** `auto` until something has landed to choose by. */
  readonly engine: { readonly name: string; readonly reason: string };
  /** Sources that are fetched together, wave after wave. */
  readonly waves: readonly (readonly FetchItem[])[];
}

export interface FetchEvent
  extends Omit<RunEvent, 'waves' | 'engine'>,
    Pick<FetchItem, 'source'>,
    Partial<Pick<FetchItem, 'part'>> {}

/** One landed source. */
export interface FetchResult {
  readonly source: string;
  /** Where the source's files land in several parts. */
  readonly part?: Part;
  readonly manifest: string;
  readonly files: number;
  readonly bytes: number;
  readonly records: number;
  /** How many of the files had not changed since an earlier landing. */
  readonly reused?: number;
  /** What went wrong and did not fail the fetch; few. */
  readonly notices?: readonly string[];
  readonly startedAt: string;
  readonly seconds: number;
  /** Of the Lambda that fetched it, in MB. */
  readonly memory?: number;
}

export interface LandedEvent extends RunEvent {
  readonly landed: readonly FetchResult[];
}

export interface FailureEvent {
  readonly pipeline?: string;
  readonly execution: ExecutionInfo;
  readonly error: { readonly Error: string; readonly Cause: string };
}
