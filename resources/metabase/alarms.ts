import { alarm } from '../alarms.ts';
import { att, type Resource, type Resources, ref } from '../cloudFormation.ts';
import { namesOf, type Stack } from '../settings.ts';

const GIB = 2 ** 30;

const changed = (resource: Resource, properties: object): Resource => ({
  ...resource,
  Properties: { ...resource.Properties, ...properties },
});

/** While it starts it is unhealthy, too: so only after a quarter of an hour. */
const QUARTER_HOUR = { EvaluationPeriods: 3, DatapointsToAlarm: 3 };

export const metabaseAlarms = (stack: Stack): Resources => {
  const names = namesOf(stack.stage);
  const balancer = {
    LoadBalancer: att('MetabaseBalancer', 'LoadBalancerFullName'),
  };
  const instance = { DBInstanceIdentifier: ref('MetabaseDatabase') };
  const failed = (name: string, about: string) =>
    alarm({
      about,
      namespace: 'AWS/Lambda',
      metric: 'Errors',
      dimensions: { FunctionName: names.functionName(name) },
    });
  return {
    MetabaseUnhealthyAlarm: changed(
      alarm({
        about: 'Metabase does not answer',
        namespace: 'AWS/ApplicationELB',
        metric: 'UnHealthyHostCount',
        statistic: 'Maximum',
        dimensions: {
          ...balancer,
          TargetGroup: att('MetabaseTargets', 'TargetGroupFullName'),
        },
      }),
      QUARTER_HOUR,
    ),
    MetabaseErrorAlarm: changed(
      alarm({
        about: 'Metabase answers with errors of its own',
        namespace: 'AWS/ApplicationELB',
        metric: 'HTTPCode_Target_5XX_Count',
        dimensions: balancer,
      }),
      { ...QUARTER_HOUR, Threshold: 10 },
    ),
    MetabaseRoomAlarm: changed(
      alarm({
        about: 'The disk of the database of Metabase is nearly full',
        namespace: 'AWS/RDS',
        metric: 'FreeStorageSpace',
        statistic: 'Maximum',
        dimensions: instance,
      }),
      { Threshold: 2 * GIB, ComparisonOperator: 'LessThanThreshold' },
    ),
    MetabaseSleepAlarm: failed(
      'metabase-sleep',
      'Metabase was not put to sleep, or not woken',
    ),
    MetabaseApplyAlarm: failed(
      'metabase',
      'The dashboards in Metabase are not as defined',
    ),
  };
};
