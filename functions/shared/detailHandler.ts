import { type HandlerFactory, handler } from './handler.ts';

/** An event of EventBridge: what it tells is its detail. */
export interface Detailed<D> {
  readonly detail: D;
}

/** The same as `handler`, for what an event of EventBridge tells. */
export const detailHandler = <D, R>(
  step: string,
  required: readonly (keyof D & string)[],
  create: HandlerFactory<D, R>,
): HandlerFactory<Detailed<D>, R> =>
  handler(step, ['detail'], (platform) => {
    const act = handler(step, required, create)(platform);
    return ({ detail }) => act(detail);
  });
