import type { Statement } from './access.ts';
import { job } from './job.ts';
import { resourcesOf } from './template.ts';
import { testStack } from './testing/testStack.ts';

const stack = await testStack();
const resources = job(stack);

/** What is read here of the job and its role. */
interface Parts {
  readonly Job: {
    readonly Properties: {
      readonly DefaultArguments: Readonly<Record<string, unknown>>;
    };
  };
  readonly JobRole: {
    readonly Properties: {
      readonly Policies: readonly {
        readonly PolicyDocument: { readonly Statement: readonly Statement[] };
      }[];
    };
  };
}

test('what Glue logs goes to two groups of the stack, and nowhere else', () => {
  const { Job, JobRole } = resources as unknown as Parts;
  const prefix = Job.Properties.DefaultArguments['--custom-logGroup-prefix'];
  const named = Object.entries(resources).flatMap(([id, { Properties }]) =>
    Properties?.LogGroupName ? [[Properties.LogGroupName, id]] : [],
  );
  expect(Object.fromEntries(named)).toEqual({
    [`${prefix}/error`]: 'JobErrorLog',
    [`${prefix}/output`]: 'JobOutputLog',
  });
  const logs = JobRole.Properties.Policies.flatMap(({ PolicyDocument }) =>
    PolicyDocument.Statement.filter(({ Action }) =>
      Action.some((action) => action.startsWith('logs:')),
    ),
  );
  expect(logs.map(({ Resource }) => Resource)).toEqual([
    named.map(([, id]) => ({ 'Fn::GetAtt': [id, 'Arn'] })),
  ]);
});

test('every group of the stack forgets, and goes with it', () => {
  const groups = Object.values(resourcesOf(stack, '2024-05-08')).filter(
    ({ Type }) => Type === 'AWS::Logs::LogGroup',
  );
  expect(groups.length).toBeGreaterThan(2);
  for (const { Properties, DeletionPolicy } of groups) {
    expect(Properties?.RetentionInDays).toBe(stack.logDays);
    expect(DeletionPolicy).toBe('Delete');
  }
});
