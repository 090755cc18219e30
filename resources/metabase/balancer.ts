import { allow, att, type Resources, ref } from '../cloudFormation.ts';
import type { Stack } from '../settings.ts';
import { PUBLIC } from './network.ts';
import { PORT } from './settings.ts';

/** A slow question is waited for this long. */
const IDLE_SECONDS = 600;

const attributes = (values: Readonly<Record<string, string>>) =>
  Object.entries(values).map(([Key, Value]) => ({ Key, Value }));

/** TLS ends here; who may come is settled by the network that he comes from. */
export const balancer = (stack: Stack): Resources => ({
  MetabaseBalancer: {
    Type: 'AWS::ElasticLoadBalancingV2::LoadBalancer',
    Metadata: allow({
      CKV_AWS_91:
        'Access logs are the trail of the account; a bucket for them here would have no reader',
      CKV2_AWS_28:
        'A firewall of requests costs from $6 a month; only the named networks come through',
      ...(!stack.isKept && {
        CKV_AWS_150: 'A stage that is not kept can be removed whole',
      }),
    }),
    Properties: {
      Type: 'application',
      Scheme: 'internet-facing',
      Subnets: PUBLIC.map(ref),
      SecurityGroups: [att('MetabaseBalancerGroup', 'GroupId')],
      LoadBalancerAttributes: attributes({
        'idle_timeout.timeout_seconds': String(IDLE_SECONDS),
        'routing.http.drop_invalid_header_fields.enabled': 'true',
        'deletion_protection.enabled': String(stack.isKept),
      }),
    },
  },
  MetabaseTargets: {
    Type: 'AWS::ElasticLoadBalancingV2::TargetGroup',
    Metadata: allow({
      CKV_AWS_378:
        'TLS ends at the load balancer; from there to the task it is one private network, and only the load balancer is let in',
    }),
    Properties: {
      TargetType: 'ip',
      Protocol: 'HTTP',
      Port: PORT,
      VpcId: ref('MetabaseNetwork'),
      HealthCheckPath: '/api/health',
      HealthCheckIntervalSeconds: 30,
      HealthCheckTimeoutSeconds: 10,
      HealthyThresholdCount: 2,
      UnhealthyThresholdCount: 5,
      Matcher: { HttpCode: '200' },
      TargetGroupAttributes: attributes({
        'deregistration_delay.timeout_seconds': '30',
      }),
    },
  },
  MetabaseListener: {
    Type: 'AWS::ElasticLoadBalancingV2::Listener',
    Properties: {
      LoadBalancerArn: ref('MetabaseBalancer'),
      Protocol: 'HTTPS',
      Port: 443,
      SslPolicy: 'ELBSecurityPolicy-TLS13-1-2-2021-06',
      Certificates: [{ CertificateArn: stack.metabase.certificate }],
      DefaultActions: [
        { Type: 'forward', TargetGroupArn: ref('MetabaseTargets') },
      ],
    },
  },
});
