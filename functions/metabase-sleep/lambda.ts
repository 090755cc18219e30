import { ECSClient } from '@aws-sdk/client-ecs';
import { ecsService } from '../../platform/aws/ecsService.ts';
import { settingsOf } from '../../platform/aws/settings.ts';
import { lambda } from '../shared/lambda.ts';
import { metabaseSleep } from './handler.ts';

const client = new ECSClient({});

/** Metabase sleeps at night, by a schedule. */
export const handler = lambda('metabase-sleep', () =>
  metabaseSleep(ecsService(client, settingsOf(process.env).metabaseService)),
);
