import { rm } from 'node:fs/promises';
import { Logger } from '@aws-lambda-powertools/logger';
import { injectLambdaContext } from '@aws-lambda-powertools/logger/middleware';
import { Metrics } from '@aws-lambda-powertools/metrics';
import { logMetrics } from '@aws-lambda-powertools/metrics/middleware';
import { Tracer } from '@aws-lambda-powertools/tracer';
import { captureLambdaHandler } from '@aws-lambda-powertools/tracer/middleware';
import middy from '@middy/core';
import { lambdaExecution } from '../../platform/aws/awsExecutions.ts';
import { awsMeter } from '../../platform/aws/awsMeter.ts';
import { awsPlatform } from '../../platform/aws/awsPlatform.ts';
import type { Platform } from '../../platform/ports.ts';
import type { ExecutionInfo } from './events.ts';
import type { Handler } from './handler.ts';

/** What Lambda tells of an invocation, as far as it is used here. */
export interface LambdaContext {
  readonly awsRequestId: string;
}

/** What a function of this stage works with. */
export interface LambdaWorld {
  readonly platform: Platform;
  readonly logger: Logger;
  readonly metrics: Metrics;
  /** The execution of what is done outside of the state machine. */
  readonly execution: ExecutionInfo;
}

const PLACE = ['pipeline', 'run', 'source'] as const;

/** What finds the lines of one run in the logs. */
const placeOf = (event: unknown): Record<string, unknown> => {
  const given = (event ?? {}) as Record<string, unknown>;
  return Object.fromEntries(
    PLACE.filter((key) => typeof given[key] === 'string').map((key) => [
      key,
      given[key],
    ]),
  );
};

/**
 * A handler as Lambda calls it: with logs, traces and metrics, over what is
 * deployed. A function does one thing at a time, so its scratch folder is
 * emptied after each. All handlers are safe to repeat: what they do hangs on
 * the run's id, on locks, and on the version of the catalog.
 */
export const lambda = <E, R>(
  name: string,
  create: (world: LambdaWorld) => Handler<E, R>,
) => {
  const logger = new Logger();
  const tracer = new Tracer();
  const metrics = new Metrics({
    defaultDimensions: { stage: process.env.TRIBUTARY_STAGE ?? 'none' },
  });
  let made: Platform | undefined;
  return middy<E, R, Error, never>()
    .use(captureLambdaHandler(tracer, { captureResponse: false }))
    .use(injectLambdaContext(logger, { resetKeys: true }))
    .use(logMetrics(metrics, { captureColdStartMetric: true }))
    .handler(async (event: E, context: LambdaContext): Promise<R> => {
      logger.appendKeys({ step: name, ...placeOf(event) });
      made ??= { ...awsPlatform(process.env), meter: awsMeter(metrics) };
      const platform = made;
      const now = platform.clock.now();
      const execution = {
        id: lambdaExecution(context.awsRequestId, now),
        startedAt: now.toISOString(),
      };
      try {
        return await create({ platform, logger, metrics, execution })(event);
      } catch (error) {
        logger.error('it failed', error as Error);
        throw error;
      } finally {
        await rm(platform.scratch, { recursive: true, force: true });
      }
    });
};
