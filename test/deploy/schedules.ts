import type { Stack } from './stack.ts';

/** The framework brings no client for the scheduler. */
const ask = async (
  { cloud }: Stack,
  path: string,
  change?: object,
): Promise<Record<string, unknown>> => {
  const answer = await fetch(`${cloud.emulator.endpoint}${path}`, {
    method: change ? 'PUT' : 'GET',
    headers: {
      'content-type': 'application/json',
      authorization:
        'AWS4-HMAC-SHA256 Credential=test/20260101/us-east-1/scheduler/aws4_request',
    },
    ...(change && { body: JSON.stringify(change) }),
  });
  if (!answer.ok) throw new Error(`${path}: ${await answer.text()}`);
  return (await answer.json()) as Record<string, unknown>;
};

/** The deployed schedule of a pipeline, by what it is to start. */
const find = async (
  stack: Stack,
  pipeline: string,
): Promise<Record<string, unknown>> => {
  const { Schedules } = await ask(
    stack,
    '/schedules?ScheduleGroup=tributary-dev',
  );
  for (const { Name } of Schedules as { Name: string }[]) {
    const one = await ask(stack, `/schedules/${Name}?groupName=tributary-dev`);
    const { Arn, Input } = one.Target as { Arn: string; Input: string };
    if (!Arn.endsWith('tributary-dev-run')) continue;
    if (JSON.parse(Input).pipeline === pipeline) return one;
  }
  throw new Error(`no schedule starts ${pipeline}`);
};

const change = async (stack: Stack, pipeline: string, changes: object) => {
  const { Name, ...now } = await find(stack, pipeline);
  await ask(stack, `/schedules/${Name}`, { ...now, ...changes });
};

/** Lets the schedule fire every minute; its target and input stay. */
export const enable = (stack: Stack, pipeline: string) =>
  change(stack, pipeline, {
    State: 'ENABLED',
    ScheduleExpression: 'rate(1 minute)',
  });

export const disable = (stack: Stack, pipeline: string) =>
  change(stack, pipeline, { State: 'DISABLED' });
