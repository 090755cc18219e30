import { allow } from './cloudFormation.ts';
import type { Stack } from './settings.ts';

const REASON =
  'Encrypted with the key of the service: a key of our own costs $1 a month, and logs hold no rows';

/** A log group that forgets after some days, and goes with the stack. */
export const logGroup = (stack: Stack, name: string) => ({
  Type: 'AWS::Logs::LogGroup',
  DeletionPolicy: 'Delete' as const,
  UpdateReplacePolicy: 'Delete' as const,
  Metadata: allow({ CKV_AWS_158: REASON }),
  Properties: { LogGroupName: name, RetentionInDays: stack.logDays },
});
