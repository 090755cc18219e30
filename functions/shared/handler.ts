import middy from '@middy/core';
import type { Platform } from '../../platform/ports.ts';

/** A step of the state machine. */
export type Handler<E, R> = (event: E) => Promise<R>;

/** A step, given the world that it works in. */
export type HandlerFactory<E, R> = (platform: Platform) => Handler<E, R>;

/** What a key of an event holds, wherever it occurs. */
const FORMS: Readonly<Record<string, string>> = {
  pipeline: 'a string',
  run: 'a string',
  source: 'a string',
  from: 'a string',
  to: 'a string',
  event: 'a string',
  force: 'a boolean',
  dryRun: 'a boolean',
  budget: 'a number',
  keep: 'a number',
  olderThan: 'a number',
  options: 'an object',
  execution: 'an object',
  detail: 'an object',
  jobName: 'a string',
  jobRunId: 'a string',
  executionArn: 'a string',
  startDate: 'a number',
  status: 'a string',
};

/** What a request has been wrong about, in its own words. */
const faultsOf = (
  given: Readonly<Record<string, unknown>>,
  required: readonly string[],
  optional?: readonly string[],
): string[] => {
  const missing = required.filter((key) => given[key] === undefined);
  const wrong = Object.entries(given).filter(([key, value]) => {
    const form = FORMS[key];
    if (form === undefined || value === undefined) return false;
    return value === null || !form.endsWith(` ${typeof value}`);
  });
  const unknown = optional
    ? Object.keys(given).filter(
        (key) => !required.includes(key) && !optional.includes(key),
      )
    : [];
  return [
    ...(missing.length > 0 ? [`the event lacks ${missing.join(', ')}`] : []),
    ...wrong.map(
      ([key, value]) =>
        `${key} is ${JSON.stringify(value)}: it must be ${FORMS[key]}`,
    ),
    ...unknown.map(
      (key) =>
        `${key} is unknown: there are ${[...required, ...(optional ?? [])].join(', ')}`,
    ),
  ];
};

/** Refuses an event that is not what the step takes, before the step runs. */
const checkEvent = (
  step: string,
  required: readonly string[],
  optional?: readonly string[],
) => ({
  before: ({ event }: { event: unknown }) => {
    const isObject = typeof event === 'object' && event !== null;
    const given = isObject ? (event as Record<string, unknown>) : {};
    const faults = faultsOf(given, required, optional);
    if (faults.length > 0) throw new TypeError(`${step}: ${faults.join('; ')}`);
  },
});

/**
 * Wraps a step in what all steps share. The same on the laptop and in AWS.
 * @param optional what an event may have beside the required keys; where it is
 *   given, anything else is refused: people write such events by hand.
 */
export const handler =
  <E, R>(
    step: string,
    required: readonly (keyof E & string)[],
    create: HandlerFactory<E, R>,
    optional?: readonly (keyof E & string)[],
  ): HandlerFactory<E, R> =>
  (platform) => {
    const act = create(platform);
    const wrapped = middy<E, R>()
      .use(checkEvent(step, required, optional))
      .handler((event: E) => act(event));
    return (event) => wrapped(event, {} as never) as Promise<R>;
  };
