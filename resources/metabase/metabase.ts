import { workgroupOf } from '../athena.ts';
import type { Resources } from '../cloudFormation.ts';
import { att } from '../cloudFormation.ts';
import { namesOf, type Stack } from '../settings.ts';
import { metabaseRoles } from './access.ts';
import { metabaseAlarms } from './alarms.ts';
import { balancer } from './balancer.ts';
import { database } from './database.ts';
import { network } from './network.ts';
import { nights } from './nights.ts';
import { metabaseSecrets } from './secrets.ts';
import { service } from './service.ts';

/** Metabase on ECS Fargate; nothing where it is off. */
export const metabase = (stack: Stack): Resources =>
  stack.metabase.isOn
    ? {
        ...network(stack),
        ...database(stack),
        ...metabaseSecrets(stack),
        ...metabaseRoles(stack),
        // Of its own: its answers lie apart, and its queries are counted apart.
        MetabaseWorkgroup: workgroupOf(
          stack,
          namesOf(stack.stage).metabase,
          'What Metabase asks',
          'metabase',
        ),
        ...balancer(stack),
        ...service(stack),
        ...nights(stack),
        ...metabaseAlarms(stack),
      }
    : {};

/** Where the name of its host has to lead, by a CNAME. */
export const metabaseOutputs = (stack: Stack) =>
  stack.metabase.isOn
    ? {
        MetabaseUrl: { Value: `https://${stack.metabase.domain}` },
        MetabaseCname: { Value: att('MetabaseBalancer', 'DNSName') },
      }
    : {};
