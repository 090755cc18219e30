import type { Card } from './card.ts';
import type { Check } from './check.ts';
import type { Column } from './column.ts';
import type { EngineName, Retention } from './definePipeline.ts';
import type { Destination } from './destination.ts';
import type { Filter } from './filter.ts';
import type { PeriodKind } from './period.ts';
import type { Contract, Form, OneRowPer, Scope, SourceKind } from './source.ts';
import type { PeriodPart, TableMode } from './table.ts';
import type { Workers } from './workers.ts';

/** A column of a plan: the definition's column with its name. */
export interface PlanColumn extends Column {
  readonly name: string;
}

export interface PlanSource {
  readonly name: string;
  readonly kind: SourceKind;
  readonly scope: Scope;
  readonly from?: Readonly<Record<string, unknown>>;
  /** How the source's recorded files are found and decoded. */
  readonly files: string;
  readonly form: Form;
  readonly columns: readonly PlanColumn[];
  /** How live input is decoded, where that differs from a recording. */
  readonly live?: {
    readonly form: Form;
    readonly columns: readonly PlanColumn[];
  };
  readonly period?: string;
  readonly watermark?: string;
  readonly keep?: string;
  readonly oneRowPer?: OneRowPer;
  readonly maxRejected: number;
  readonly contract?: Contract;
}

/** A SELECT, and the text that stands in for it on one engine alone. */
export interface PlanSql {
  /** The file it came from, relative to the pipeline's folder. */
  readonly file: string;
  readonly text: string;
  readonly spark?: string;
  readonly athena?: string;
}

export interface PlanTable {
  readonly name: string;
  readonly mode: TableMode;
  readonly columns: readonly PlanColumn[];
  readonly key: readonly string[];
  readonly newest?: string;
  readonly partitionBy: Readonly<Record<string, PeriodPart>>;
  readonly sortBy: readonly string[];
  readonly maxDrop?: number;
  readonly sql: PlanSql;
}

export interface PlanQuery {
  readonly name: string;
  readonly title: string;
  readonly sql: PlanSql;
}

export interface PlanCard extends Omit<Card, 'sql'> {
  readonly sql: PlanSql;
}

/** A destination with its defaults filled in. */
export type PlanDestination = Required<Destination>;

/**
 * A pipeline compiled to plain JSON: all that an engine, on any machine and in
 * any language, needs to know of it. `plan.schema.json` is its contract.
 */
export interface Plan {
  readonly version: 1;
  readonly pipeline: string;
  readonly title: string;
  readonly description?: string;
  readonly period: PeriodKind;
  readonly schedule: string;
  readonly timezone: string;
  readonly slaSeconds?: number;
  readonly maxDrop?: number;
  readonly startDate?: string;
  readonly dependsOnPast: boolean;
  readonly retention?: Retention;
  readonly destinations?: readonly PlanDestination[];
  readonly engine?: EngineName;
  readonly workers?: Workers;
  readonly sources: readonly PlanSource[];
  readonly tables: readonly PlanTable[];
  readonly checks: readonly Check[];
  readonly queries: readonly PlanQuery[];
  readonly dashboard: readonly PlanCard[];
  readonly filters?: readonly Filter[];
}
