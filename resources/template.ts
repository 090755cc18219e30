import type { Plan } from '../core/plan.ts';
import { alarms } from './alarms.ts';
import { athena } from './athena.ts';
import { buckets } from './buckets.ts';
import { catalog } from './catalog.ts';
import { allow, arn, att, type Resources, ref } from './cloudFormation.ts';
import { dashboard } from './dashboard.ts';
import { events } from './events.ts';
import {
  type FunctionSpec,
  functionId,
  functionsIn,
  networkOf,
} from './functions.ts';
import { job } from './job.ts';
import { layerId, layers } from './layer.ts';
import { metabase, metabaseOutputs } from './metabase/metabase.ts';
import { PRIVATE } from './metabase/network.ts';
import { checkMetabase } from './metabase/settings.ts';
import { mysql, mysqlSecret } from './mysql/mysql.ts';
import {
  FUNCTION_GROUP as MYSQL_GROUP,
  PRIVATE as MYSQL_PRIVATE,
} from './mysql/network.ts';
import { notifications } from './notifications.ts';
import { roleId, roles } from './roles.ts';
import { schedules } from './schedules.ts';
import { secretId, secrets } from './secrets.ts';
import {
  ASYNCHRONOUS,
  BUCKETS,
  namesOf,
  type Stack,
  type StageSettings,
} from './settings.ts';
import { stateMachine } from './stateMachine.ts';

/** All of a stack but its functions, in plain CloudFormation. */
export const resourcesOf = (stack: Stack, today: string): Resources => ({
  ...buckets(stack),
  ...catalog(stack),
  ...athena(stack),
  ...secrets(stack),
  ...notifications(stack),
  ...roles(stack),
  ...stateMachine(stack),
  ...schedules(stack, today),
  ...events(stack),
  ...layers(stack),
  ...job(stack),
  ...alarms(stack),
  ...dashboard(stack),
  ...metabase(stack),
  ...(stack.mysql ? mysql(stack, secretId(mysqlSecret(stack.plans))) : {}),
});

/** What a person looks for after a deploy, and `tributary --stage` uses. */
export const outputsOf = (stack: Stack) => ({
  StateMachineArn: { Value: namesOf(stack.stage).stateMachineArn },
  LandingBucket: { Value: ref(BUCKETS.landing) },
  LakeBucket: { Value: ref(BUCKETS.lake) },
  ResultsBucket: { Value: ref(BUCKETS.results) },
  GlueJob: { Value: ref('Job') },
  Workgroup: { Value: ref('Workgroup') },
  TopicArn: { Value: ref('Topic') },
  DatabasePrefix: { Value: namesOf(stack.stage).databasePrefix },
  ...metabaseOutputs(stack),
  ...(stack.mysql && {
    MysqlAddress: { Value: att('MysqlServer', 'Endpoint.Address') },
  }),
});

/** The settings of every function: see docs/aws.md. */
export const environmentOf = ({
  stage,
  metabase,
  monthlyBudget,
}: StageSettings) => {
  const names = namesOf(stage);
  return {
    TRIBUTARY_STAGE: stage,
    TRIBUTARY_LANDING_BUCKET: ref(BUCKETS.landing),
    TRIBUTARY_LAKE_BUCKET: ref(BUCKETS.lake),
    TRIBUTARY_RESULTS_BUCKET: ref(BUCKETS.results),
    // By its name: the machine refers to the functions, not they to it.
    TRIBUTARY_STATE_MACHINE_ARN: names.stateMachineArn,
    TRIBUTARY_GLUE_JOB: names.job,
    TRIBUTARY_WORKGROUP: names.workgroup,
    TRIBUTARY_TOPIC_ARN: arn('sns', names.topic),
    TRIBUTARY_DATABASE_PREFIX: names.databasePrefix,
    TRIBUTARY_MONTHLY_BUDGET: String(monthlyBudget),
    ...(metabase.isOn && {
      TRIBUTARY_METABASE_URL: `https://${metabase.domain}`,
      TRIBUTARY_METABASE_FUNCTION: names.functionName('metabase'),
      TRIBUTARY_METABASE_SERVICE: names.metabaseServiceArn,
    }),
    POWERTOOLS_SERVICE_NAME: 'tributary',
    POWERTOOLS_METRICS_NAMESPACE: names.metrics,
    NODE_OPTIONS: '--enable-source-maps',
  };
};

const VPC = {
  metabase: {
    securityGroupIds: [att('MetabaseFunctionGroup', 'GroupId')],
    subnetIds: PRIVATE.map(ref),
  },
  mysql: {
    securityGroupIds: [att(MYSQL_GROUP, 'GroupId')],
    subnetIds: MYSQL_PRIVATE.map(ref),
  },
};

const vpcOf = (stack: StageSettings, spec: FunctionSpec) => {
  const network = networkOf(stack, spec);
  return network ? { vpc: VPC[network] } : {};
};

const functionOf = (
  stack: StageSettings,
  name: string,
  spec: FunctionSpec,
) => ({
  name: namesOf(stack.stage).functionName(name),
  description: spec.description,
  handler: `functions/${name}/lambda.handler`,
  memorySize: name === 'transform' ? stack.transformMemory : spec.memory,
  timeout: spec.seconds,
  role: roleId(name),
  ...(spec.disk !== undefined && { ephemeralStorageSize: spec.disk }),
  ...(spec.layer && { layers: [ref(layerId(spec.layer))] }),
  ...vpcOf(stack, spec),
});

/** The functions, as the framework takes them. */
export const functionsOf = (stack: StageSettings) =>
  Object.fromEntries(
    functionsIn(stack).map(([name, spec]) => [
      name,
      functionOf(stack, name, spec),
    ]),
  );

/** Why what the framework makes may break a rule of checkov. */
const FUNCTION_REASONS = {
  CKV_AWS_115:
    'The state machine and the schedules bound how many run at once; reserving would take from the account’s pool',
  CKV_AWS_117:
    'Reaches public sources and AWS alone; a network of its own would need a NAT gateway for $33 a month',
  CKV_AWS_173:
    'Names of buckets and of the stage, nothing secret; encrypted with the key of the service',
  CKV_AWS_363:
    'nodejs24.x is the latest runtime; the rule does not know it yet',
};
const CALLED_REASONS = {
  CKV_AWS_116:
    'Whoever calls it waits for its answer: the state machine, another function, or a person',
};
const LOG_REASONS = {
  CKV_AWS_158:
    'Encrypted with the key of the service: a key of our own costs $1 a month, and logs hold no rows',
};
const DEPLOYMENT_REASONS = {
  CKV_AWS_18: 'Holds the code of deploys, written by the framework alone',
  CKV_AWS_21: 'Each deploy writes keys of its own, none is written twice',
};

const functionExtension = (name: string) => {
  if (!ASYNCHRONOUS.has(name))
    return { Metadata: allow({ ...FUNCTION_REASONS, ...CALLED_REASONS }) };
  return {
    Metadata: allow(FUNCTION_REASONS),
    Properties: { DeadLetterConfig: { TargetArn: att('DeadLetters') } },
  };
};

/** What is added to the resources that the framework makes. */
export const extensionsOf = (stack: StageSettings) => ({
  ServerlessDeploymentBucket: { Metadata: allow(DEPLOYMENT_REASONS) },
  ...Object.fromEntries(
    functionsIn(stack).flatMap(([name]) => [
      [functionId(name), functionExtension(name)],
      [
        functionId(name).replace(/LambdaFunction$/, 'LogGroup'),
        { Metadata: allow(LOG_REASONS) },
      ],
    ]),
  ),
});

export const stackOf = (
  settings: StageSettings,
  plans: readonly Plan[],
): Stack => {
  checkMetabase(settings.metabase);
  if (settings.mysql) mysqlSecret(plans);
  return { ...settings, plans };
};
