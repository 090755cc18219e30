import {
  GetFunctionConfigurationCommand,
  InvokeCommand,
  LambdaClient,
} from '@aws-sdk/client-lambda';
import { StageError, UsageError } from '../../core/errors.ts';
import { awsPlatform } from '../../platform/aws/awsPlatform.ts';
import { type AwsSettings, settingsOf } from '../../platform/aws/settings.ts';
import { localDefinitions } from '../../platform/local/localDefinitions.ts';
import type { Platform } from '../../platform/ports.ts';
import { namesOf } from '../../resources/settings.ts';
import { explainAws } from './errors.ts';

/** A deployed stack, as the command line works with it. */
export interface Stage {
  readonly name: string;
  readonly settings: AwsSettings;
  /** What is deployed, by the credentials of whoever asks. */
  readonly platform: Platform;
  /** Calls a function and waits for its answer. */
  invoke<R>(functionName: string, event: object): Promise<R>;
}

/** A name that a function's error had in its Lambda: exit codes go by it. */
const errorOf = (functionName: string, body: string): StageError => {
  const { errorType = 'Error', errorMessage = body } = JSON.parse(body) as {
    errorType?: string;
    errorMessage?: string;
  };
  const isOurs = /^[A-Z]\w+Error$/.test(errorType) && errorType !== 'TypeError';
  const error = new StageError(
    isOurs ? errorMessage : `the function ${functionName}: ${errorMessage}`,
  );
  if (isOurs) error.name = errorType;
  return error;
};

/** The environment that the functions of a stage were deployed with. */
const environmentOf = async (
  client: LambdaClient,
  name: string,
): Promise<Readonly<Record<string, string>>> => {
  const FunctionName = namesOf(name).functionName('status');
  try {
    const { Environment } = await client.send(
      new GetFunctionConfigurationCommand({ FunctionName }),
    );
    return Environment?.Variables ?? {};
  } catch (error) {
    if ((error as Error).name !== 'ResourceNotFoundException')
      throw explainAws(error);
    const region = await client.config.region();
    throw new UsageError(
      `the stage "${name}" is not deployed in ${region} of this account: ` +
        `npx sls deploy --stage ${name}`,
      {},
      { cause: error },
    );
  }
};

const invoker =
  (client: LambdaClient, name: string): Stage['invoke'] =>
  async <R>(functionName: string, event: object): Promise<R> => {
    const { FunctionError, Payload } = await client
      .send(
        new InvokeCommand({
          FunctionName: namesOf(name).functionName(functionName),
          Payload: JSON.stringify(event),
        }),
      )
      .catch((error: unknown) => {
        throw explainAws(error);
      });
    const body = Buffer.from(Payload ?? []).toString('utf8');
    if (FunctionError !== undefined) throw errorOf(functionName, body || '{}');
    return JSON.parse(body || 'null') as R;
  };

/**
 * Opens a stage. Region, credentials and endpoint are those of the AWS SDK's own
 * environment; what is deployed is asked of the stage itself.
 * @param pipelines the folder of the definitions on this machine.
 * @throws UsageError without credentials or region, and where nothing is deployed.
 */
export const openStage = async (
  name: string,
  pipelines: string,
): Promise<Stage> => {
  if (!/^[a-z][a-z0-9-]*$/.test(name))
    throw new UsageError(`"${name}" is no name of a stage`);
  const client = new LambdaClient({});
  const deployed = await environmentOf(client, name);
  const env = { ...process.env, ...deployed };
  const platform: Platform = {
    ...awsPlatform(env),
    definitions: localDefinitions(pipelines),
  };
  return {
    name,
    settings: settingsOf(env),
    platform,
    invoke: invoker(client, name),
  };
};
