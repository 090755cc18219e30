import type { ECSClient } from '@aws-sdk/client-ecs';
import { ecsService } from '../../platform/aws/ecsService.ts';
import { metabaseSleep } from './handler.ts';

const ARN =
  'arn:aws:ecs:us-east-1:123456789012:service/tributary-dev-metabase/metabase';

/** A client that answers as ECS does, and keeps what it was asked. */
const ecs = (desiredCount: number, status = 'ACTIVE') => {
  const calls: [string, object][] = [];
  const client = {
    send: async (command: { input: object }) => {
      calls.push([command.constructor.name, command.input]);
      return { services: [{ status, desiredCount }] };
    },
  } as unknown as ECSClient;
  const updates = () =>
    calls.filter(([name]) => name === 'UpdateServiceCommand');
  return { calls, updates, sleep: metabaseSleep(ecsService(client, ARN)) };
};

test.each([
  ['sleep', 1, 0, true],
  ['sleep', 3, 0, true],
  ['sleep', 0, 0, false],
  ['wake', 0, 1, true],
  ['wake', 1, 1, false],
  ['wake', 2, 2, false],
] as const)('%s, where %i were wanted: %i', async (...row) => {
  const [action, before, wanted, changed] = row;
  const { calls, updates, sleep } = ecs(before);
  expect(await sleep({ action })).toEqual({ wanted, changed });
  const where = { cluster: 'tributary-dev-metabase' };
  expect(calls[0]?.[1]).toEqual({ ...where, services: [ARN] });
  expect(updates().map(([, input]) => input)).toEqual(
    changed ? [{ ...where, service: ARN, desiredCount: wanted }] : [],
  );
});

test('a service that is gone is told, and nothing is asked of it', async () => {
  const { updates, sleep } = ecs(1, 'INACTIVE');
  await expect(sleep({ action: 'sleep' })).rejects.toThrow(
    'there is no service arn:aws:ecs:',
  );
  expect(updates()).toEqual([]);
});

test('an event that says neither is refused', async () => {
  const { calls, sleep } = ecs(1);
  const event = { action: 'doze' } as unknown as { action: 'sleep' };
  await expect(sleep(event)).rejects.toThrow('"doze" is neither');
  expect(calls).toEqual([]);
});
