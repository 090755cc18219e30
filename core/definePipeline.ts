import type { Card } from './card.ts';
import type { Check } from './check.ts';
import type { Destination } from './destination.ts';
import type { Seconds } from './duration.ts';
import type { Filter } from './filter.ts';
import type { PeriodKind } from './period.ts';
import type { Source } from './source.ts';
import type { Table } from './table.ts';
import type { Workers } from './workers.ts';

/** A question worth keeping; its SQL is `queries/<name>.sql`. */
export interface SavedQuery {
  readonly name: string;
  readonly title: string;
}

export const savedQuery = (name: string, title: string): SavedQuery => ({
  name,
  title,
});

export type EngineName = 'duckdb' | 'spark';

/**
 * How long a pipeline's snapshots, landed bytes and rejected records are kept:
 * what is within either bound stays.
 */
export interface Retention {
  /** How many of the last published runs can be rolled back. Default 5. */
  readonly keep?: number;
  /** Nothing younger is removed. Default `days(30)`. */
  readonly olderThan?: Seconds;
}

/** One pipeline, as its folder's `pipeline.ts` exports it by default. */
export interface Pipeline {
  /** Also the name of its database: lower case letters, digits and `_`. */
  readonly name: string;
  readonly title: string;
  readonly period: PeriodKind;
  /** `cron(…)` or `rate(…)` in the form that EventBridge Scheduler takes. */
  readonly schedule: string;
  /** An IANA time zone for the schedule. Default `UTC`. */
  readonly timezone?: string;
  /** The time from the schedule to the publish that its readers rely on. */
  readonly sla?: Seconds;
  /**
   * The share of its rows that a table may lose from one run to the next before
   * `tributary status` warns; a table's own `maxDrop` comes first.
   */
  readonly maxDrop?: number;
  /** The first logical date, `YYYY-MM-DD`; earlier runs are refused. */
  readonly startDate?: string;
  /** A period runs only once the one before it is published: in order. */
  readonly dependsOnPast?: boolean;
  /** Databases that get a copy of the tables after each publish. */
  readonly destinations?: readonly Destination[];
  /** What `tributary clean` keeps. */
  readonly retention?: Retention;
  /** Pins the engine; by default it is chosen by the size of the input. */
  readonly engine?: EngineName;
  /** What its Spark job runs on, on AWS; by default what the stage has. */
  readonly workers?: Workers;
  readonly sources: readonly Source[];
  /** In the order of making: each may select from those before it. */
  readonly tables: readonly Table[];
  readonly checks?: readonly Check[];
  readonly queries?: readonly SavedQuery[];
  /** What the dashboard answers, in a sentence or two. */
  readonly description?: string;
  readonly dashboard?: readonly Card[];
  readonly filters?: readonly Filter[];
}

export const definePipeline = (pipeline: Pipeline): Pipeline => pipeline;
