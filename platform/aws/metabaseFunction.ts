import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { MetabaseAwayError, MetabaseError } from '../../core/errors.ts';
import type { MetabaseServer } from '../ports.ts';
import type { AwsSettings } from './settings.ts';

/** What it says where nothing was applied. */
interface Answer {
  readonly away?: string;
  readonly errorMessage?: string;
}

/** Less than `refresh` may take, in milliseconds. */
const PATIENCE_MS = 240_000;

/**
 * The Metabase of a stage, by the function that reaches it: that one is in its
 * network, and reads its login.
 */
export const metabaseFunction = (
  settings: Pick<AwsSettings, 'metabaseUrl' | 'metabaseFunction'>,
  client: LambdaClient = new LambdaClient({ maxAttempts: 1 }),
): MetabaseServer => ({
  url: settings.metabaseUrl,
  secret: 'metabase',
  ask: async (pipeline) => {
    const { FunctionError, Payload } = await client.send(
      new InvokeCommand({
        FunctionName: settings.metabaseFunction,
        Payload: JSON.stringify({ pipelines: [pipeline], waitMs: 0 }),
      }),
      { abortSignal: AbortSignal.timeout(PATIENCE_MS) },
    );
    const said = JSON.parse(Payload?.transformToString() || '{}') as Answer;
    if (FunctionError !== undefined)
      throw new MetabaseError(said.errorMessage ?? FunctionError);
    if (said.away !== undefined) throw new MetabaseAwayError(said.away);
  },
});
