import middy from '@middy/core';
import type { Platform } from '../../platform/ports.ts';

/** A step of the state machine. */
export type Handler<E, R> = (event: E) => Promise<R>;

/** A step, given the world that it works in. */
export type HandlerFactory<E, R> = (platform: Platform) => Handler<E, R>;

/** Refuses an event that lacks what the step needs, before the step runs. */
const requireKeys = (step: string, required: readonly string[]) => ({
  before: ({ event }: { event: unknown }) => {
    const given = (event ?? {}) as Record<string, unknown>;
    const missing = required.filter((key) => given[key] === undefined);
    if (missing.length > 0)
      throw new TypeError(`${step}: the event lacks ${missing.join(', ')}`);
  },
});

/** Wraps a step in what all steps share. The same on the laptop and in AWS. */
export const handler =
  <E, R>(
    step: string,
    required: readonly (keyof E & string)[],
    create: HandlerFactory<E, R>,
  ): HandlerFactory<E, R> =>
  (platform) => {
    const act = create(platform);
    const wrapped = middy<E, R>()
      .use(requireKeys(step, required))
      .handler((event: E) => act(event));
    return (event) => wrapped(event, {} as never) as Promise<R>;
  };
