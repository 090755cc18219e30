import type { Plan } from '../core/plan.ts';
import { arn, sub } from './cloudFormation.ts';
import type { MetabaseSettings } from './metabase/settings.ts';

/** What a stage may set; `serverless.yml` has each with its meaning. */
export interface StageSettings {
  readonly stage: string;
  /** `arm64` or `x86_64`. */
  readonly architecture: string;
  /** Whether what holds data outlives the stack, and the stack is guarded. */
  readonly isKept: boolean;
  readonly schedules: boolean;
  /** Who gets the notifications; empty for nobody. */
  readonly email: string;
  readonly monthlyBudget: number;
  readonly logDays: number;
  /** The memory of `transform`, in MB. */
  readonly transformMemory: number;
  /** A MySQL server in a network of its own. */
  readonly mysql: boolean;
  readonly metabase: MetabaseSettings;
  /** The most that one query of Athena may scan, in GB. */
  readonly queryGigabytes: number;
  /** The most workers of one Glue run. */
  readonly glueWorkers: number;
}

/** What every part of the template is built from. */
export interface Stack extends StageSettings {
  readonly plans: readonly Plan[];
}

/** The names that code and template agree on. */
export const namesOf = (stage: string) => {
  const service = `tributary-${stage}`;
  return {
    service,
    functionName: (name: string) => `${service}-${name}`,
    functionArn: (name: string) => arn('lambda', `function:${service}-${name}`),
    stateMachine: service,
    stateMachineArn: arn('states', `stateMachine:${service}`),
    executionsArn: arn('states', `execution:${service}:*`),
    job: service,
    workgroup: service,
    /** Its workgroup, its database, its cluster. */
    metabase: `${service}-metabase`,
    metabaseService: 'metabase',
    metabaseServiceArn: arn('ecs', `service/${service}-metabase/metabase`),
    topic: service,
    metrics: 'Tributary',
    databasePrefix: `${service.replaceAll('-', '_')}_`,
    database: (pipeline: string) =>
      `${service.replaceAll('-', '_')}_${pipeline}`,
    secret: (name: string) => `tributary/${stage}/${name}`,
  };
};

/** The buckets, by their logical ids. */
export const BUCKETS = {
  landing: 'LandingBucket',
  lake: 'LakeBucket',
  results: 'ResultsBucket',
} as const;

export type BucketName = keyof typeof BUCKETS;

/** Objects of a bucket below a prefix, as an ARN. */
export const objectsArn = (bucket: BucketName, prefix = '') =>
  sub(`\${${BUCKETS[bucket]}.Arn}/${prefix}*`);

/**
 * What schedules and rules call. Lambda takes such an event, tries three times, and
 * would then drop it: these have the queue of dead letters, which an alarm watches.
 */
export const ASYNCHRONOUS: ReadonlySet<string> = new Set([
  'run',
  'clean',
  'watch',
  'reconcile',
  'close-job',
  'close-execution',
]);
