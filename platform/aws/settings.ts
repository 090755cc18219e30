import { UsageError } from '../../core/errors.ts';

/** What is deployed, as the environment of a function tells it. */
export interface AwsSettings {
  readonly stage: string;
  readonly landingBucket: string;
  readonly lakeBucket: string;
  readonly resultsBucket: string;
  readonly stateMachineArn: string;
  readonly glueJob: string;
  readonly workgroup: string;
  readonly topicArn: string;
  readonly databasePrefix: string;
  /** What the runs of a month may cost, in dollars. */
  readonly monthlyBudget: string;
  /** Where Metabase is, which function applies to it, and its service. */
  readonly metabaseUrl: string;
  readonly metabaseFunction: string;
  readonly metabaseService: string;
}

const VARIABLES: Readonly<Record<keyof AwsSettings, string>> = {
  stage: 'TRIBUTARY_STAGE',
  landingBucket: 'TRIBUTARY_LANDING_BUCKET',
  lakeBucket: 'TRIBUTARY_LAKE_BUCKET',
  resultsBucket: 'TRIBUTARY_RESULTS_BUCKET',
  stateMachineArn: 'TRIBUTARY_STATE_MACHINE_ARN',
  glueJob: 'TRIBUTARY_GLUE_JOB',
  workgroup: 'TRIBUTARY_WORKGROUP',
  topicArn: 'TRIBUTARY_TOPIC_ARN',
  databasePrefix: 'TRIBUTARY_DATABASE_PREFIX',
  monthlyBudget: 'TRIBUTARY_MONTHLY_BUDGET',
  metabaseUrl: 'TRIBUTARY_METABASE_URL',
  metabaseFunction: 'TRIBUTARY_METABASE_FUNCTION',
  metabaseService: 'TRIBUTARY_METABASE_SERVICE',
};

/**
 * The settings of an environment. Each is asked for where it is needed: not
 * every function is given all of them.
 * @throws UsageError from a setting that is missing, with its variable's name.
 */
export const settingsOf = (
  env: Readonly<Record<string, string | undefined>>,
): AwsSettings =>
  Object.defineProperties(
    {},
    Object.fromEntries(
      Object.entries(VARIABLES).map(([setting, variable]) => [
        setting,
        {
          enumerable: true,
          get: () => {
            const value = env[variable];
            if (!value)
              throw new UsageError(`the environment lacks ${variable}`);
            return value;
          },
        },
      ]),
    ),
  ) as AwsSettings;
