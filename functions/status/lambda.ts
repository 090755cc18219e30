import { lambda } from '../shared/lambda.ts';
import { status } from './handler.ts';
import { statusOfAll } from './statusOfAll.ts';

/** How one pipeline stands, or all where none is named. */
export const handler = lambda(
  'status',
  ({ platform }) =>
    async ({ pipeline }: { readonly pipeline?: string }) =>
      pipeline === undefined
        ? statusOfAll(platform)
        : [await status(platform)({ pipeline })],
);
