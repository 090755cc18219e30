import { v5 } from 'uuid';
import type { PlanLineage } from '../../../core/lineage.ts';
import { periodOf } from '../../../core/period.ts';
import type { Plan, PlanTable } from '../../../core/plan.ts';
import type { Ledger } from '../ledger.ts';
import {
  datasetsRead,
  inputDataset,
  type Names,
  outputDataset,
} from './datasets.ts';
import { EVENT_SCHEMA, facet, PRODUCER } from './facets.ts';

export type EventType = 'START' | 'COMPLETE' | 'FAIL';

/** All that the events of a run are made of. */
export interface Told {
  readonly namespace: string;
  readonly plan: Plan;
  readonly ledger: Ledger;
  readonly eventType: EventType;
  /** ISO 8601. */
  readonly eventTime: string;
  readonly lineage?: PlanLineage;
  readonly error?: { readonly name: string; readonly message: string };
}

/** The same for every step of a run, on whatever machine it is. */
const runUuid = (namespace: string, run: string) =>
  v5(`${namespace}/${run}`, v5.URL);

const nominalTime = ({ plan, ledger }: Told) => {
  const { first, last } = periodOf(plan.period, ledger.period);
  return facet('NominalTimeRunFacet', {
    nominalStartTime: `${first}T00:00:00Z`,
    nominalEndTime: `${last}T23:59:59Z`,
  });
};

const runFacets = (told: Told) => ({
  nominalTime: nominalTime(told),
  ...(told.eventType === 'FAIL' &&
    told.error && {
      errorMessage: facet('ErrorMessageRunFacet', {
        message: `${told.error.name}: ${told.error.message}`,
        programmingLanguage: 'TypeScript',
      }),
    }),
});

const jobType = (type: string) =>
  facet('JobTypeJobFacet', {
    processingType: 'BATCH',
    integration: 'TRIBUTARY',
    jobType: type,
  });

const frame = ({ eventType, eventTime }: Told) => ({
  eventType,
  eventTime,
  producer: PRODUCER,
  schemaURL: EVENT_SCHEMA,
});

/** Tables that the run leaves as they are have no output. */
const isMade = ({ ledger }: Told, table: string) =>
  ledger.tables.find((one) => one.table === table)?.published !== false;

/** The pipeline's run: from all its sources to all its tables. */
const pipelineEvent = (told: Told): object => {
  const { namespace, plan, ledger, lineage } = told;
  const names: Names = { namespace, plan };
  const tables = plan.tables.filter(({ name }) => isMade(told, name));
  return {
    ...frame(told),
    run: { runId: runUuid(namespace, ledger.run), facets: runFacets(told) },
    job: {
      namespace,
      name: plan.pipeline,
      facets: {
        jobType: jobType('PIPELINE'),
        documentation: facet('DocumentationJobFacet', {
          description: plan.title,
        }),
      },
    },
    inputs: plan.sources.map(({ name }) => inputDataset(names, ledger, name)),
    outputs: tables.map(({ name }) =>
      outputDataset(names, ledger, name, lineage),
    ),
  };
};

/** The run of one table's SELECT, within the pipeline's. */
const tableEvent = (told: Told, { name, sql }: PlanTable): object => {
  const { namespace, plan, ledger, lineage } = told;
  const names: Names = { namespace, plan };
  const parent = facet('ParentRunFacet', {
    run: { runId: runUuid(namespace, ledger.run) },
    job: { namespace, name: plan.pipeline },
  });
  return {
    ...frame(told),
    run: {
      runId: runUuid(namespace, `${ledger.run}/${name}`),
      facets: { ...runFacets(told), parent },
    },
    job: {
      namespace,
      name: `${plan.pipeline}.${name}`,
      facets: {
        jobType: jobType('TABLE'),
        sql: facet('SQLJobFacet', { query: sql.text, dialect: 'duckdb' }),
      },
    },
    inputs: datasetsRead(names, lineage, name).map((one) =>
      inputDataset(names, ledger, one),
    ),
    outputs: isMade(told, name)
      ? [outputDataset(names, ledger, name, lineage)]
      : [],
  };
};

/** The pipeline's event around those of its tables. */
export const eventsOf = (told: Told): object[] => {
  const tables = told.plan.tables.map((table) => tableEvent(told, table));
  const whole = pipelineEvent(told);
  return told.eventType === 'START' ? [whole, ...tables] : [...tables, whole];
};
