import type { Check } from '../../core/check.ts';
import { badRowCondition, checkSql } from '../../core/checkSql.ts';
import type { Plan, PlanSql } from '../../core/plan.ts';
import { keyChecks } from '../../engine/runEngine.ts';
import type { Ledger } from '../../functions/shared/ledger.ts';
import { OPS_COLUMNS } from '../../functions/shared/ops.ts';
import type { Statement } from './compare.ts';
import { stagingSchema, UNJUDGED } from './staging.ts';

const athenaText = ({ text, athena }: PlanSql) => athena ?? text;
const athenaFile = ({ file, athena }: PlanSql) =>
  athena === undefined ? file : file.replace(/\.sql$/, '.athena.sql');

/** Rows that an earlier rule has set aside are not the later one's. */
const quarantineSql = (plan: Plan, check: Check): string | undefined => {
  const own = badRowCondition(check.rule);
  const earlier = plan.checks
    .slice(0, plan.checks.indexOf(check))
    .filter(
      ({ relation, severity }) =>
        relation === check.relation && severity === 'quarantine',
    )
    .flatMap(({ rule }) => badRowCondition(rule) ?? [])
    .map((condition) => ` AND NOT coalesce(${condition}, FALSE)`);
  return (
    own &&
    `SELECT * FROM ${check.relation}${UNJUDGED} ` +
      `WHERE (${own})${earlier.join('')}`
  );
};

const checkStatement = (
  plan: Plan,
  ledger: Ledger,
  check: Check,
): Statement[] => {
  const { name, relation, rule, severity } = check;
  const sql =
    severity === 'quarantine'
      ? quarantineSql(plan, check)
      : checkSql(relation, rule);
  if (sql === undefined) return [];
  const result = ledger.checks.find(
    (found) => found.check === name && found.relation === relation,
  );
  const badRows = result?.badRows ?? -1;
  return [
    {
      pipeline: plan.pipeline,
      what: `check "${name}" of ${relation}`,
      trino: {
        sql: `SELECT count(*) AS bad_rows FROM (${sql}) AS bad`,
        schema: stagingSchema(plan.pipeline),
      },
      engine: {
        sql: `SELECT CAST(${badRows} AS BIGINT) AS bad_rows`,
        schema: plan.pipeline,
      },
    },
  ];
};

const tableStatements = ({ pipeline, tables }: Plan): Statement[] =>
  tables.flatMap(({ name, columns, sql }) => {
    const engine = { sql: `SELECT * FROM ${name}`, schema: pipeline };
    return [
      {
        ...{ pipeline, what: athenaFile(sql), engine, declared: columns },
        trino: { sql: athenaText(sql), schema: stagingSchema(pipeline) },
      },
      { pipeline, what: `published table ${name}`, trino: engine, engine },
    ];
  });

const readerStatements = (plan: Plan): Statement[] => {
  const { pipeline, queries, dashboard } = plan;
  const schema = pipeline;
  const statement = (sql: PlanSql, what: string): Statement => ({
    ...{ pipeline, what },
    trino: { sql: athenaText(sql), schema },
    engine: { sql: sql.text, schema },
  });
  return [
    ...queries.map(({ sql }) => statement(sql, athenaFile(sql))),
    ...dashboard.map(({ sql, title }) =>
      statement(sql, `card "${title}" in ${athenaFile(sql)}`),
    ),
  ];
};

/** Everything of a pipeline that Athena might be asked, after one run. */
export const statementsOf = (plan: Plan, ledger: Ledger): Statement[] => [
  ...tableStatements(plan),
  ...[...plan.checks, ...keyChecks(plan)].flatMap((check) =>
    checkStatement(plan, ledger, check),
  ),
  ...readerStatements(plan),
];

/** The database of the ledger's tables. */
export const OPS = 'ops';

/** The two tables of the ledger. */
export const opsStatements = (): Statement[] =>
  Object.keys(OPS_COLUMNS).map((name) => {
    const both = { sql: `SELECT * FROM ${name}`, schema: OPS };
    return {
      ...{ pipeline: OPS, what: `table ops.${name}` },
      ...{ trino: both, engine: both },
    };
  });
