import { readFileSync } from 'node:fs';
import { att, pascal, type Resources, ref } from './cloudFormation.ts';
import { functionId } from './functions.ts';
import { logGroup } from './logGroup.ts';
import { namesOf, type Stack } from './settings.ts';

const DEFINITION = new URL('pipeline.asl.json', import.meta.url);

/** What stands in the file for a function of the stack. */
const FUNCTION = /"arn:aws:lambda:[^:]+:\d+:function:([a-z-]+)"/g;

/** The functions that the state machine calls. */
export const steps = (): string[] => {
  const text = readFileSync(DEFINITION, 'utf8');
  return [
    ...new Set([...text.matchAll(FUNCTION)].map(([, name]) => name ?? '')),
  ];
};

/** The file that the laptop runs, with this stack's functions in it. */
export const definition = (): unknown => {
  const text = readFileSync(DEFINITION, 'utf8');
  return JSON.parse(
    text.replaceAll(FUNCTION, (_, name) => `"\${${pascal(name)}}"`),
  );
};

/** The state machine, with its log and its role. */
export const stateMachine = (stack: Stack): Resources => {
  const names = namesOf(stack.stage);
  const functions = steps().map((name) => [
    pascal(name),
    att(functionId(name)),
  ]);
  return {
    StateMachineLog: logGroup(
      stack,
      `/aws/vendedlogs/states/${names.stateMachine}`,
    ),
    StateMachineRole: {
      Type: 'AWS::IAM::Role',
      Properties: {
        AssumeRolePolicyDocument: {
          Version: '2012-10-17',
          Statement: [
            {
              Effect: 'Allow',
              Principal: { Service: 'states.amazonaws.com' },
              Action: 'sts:AssumeRole',
              Condition: {
                StringEquals: { 'aws:SourceAccount': ref('AWS::AccountId') },
              },
            },
          ],
        },
        Policies: [
          {
            PolicyName: 'own',
            PolicyDocument: {
              Version: '2012-10-17',
              Statement: [
                {
                  Sid: 'Steps',
                  Effect: 'Allow',
                  Action: 'lambda:InvokeFunction',
                  Resource: steps().map((name) => names.functionArn(name)),
                },
                {
                  // These actions know no resource.
                  Sid: 'LogsAndTraces',
                  Effect: 'Allow',
                  Action: [
                    'logs:CreateLogDelivery',
                    'logs:GetLogDelivery',
                    'logs:UpdateLogDelivery',
                    'logs:DeleteLogDelivery',
                    'logs:ListLogDeliveries',
                    'logs:PutResourcePolicy',
                    'logs:DescribeResourcePolicies',
                    'logs:DescribeLogGroups',
                    'xray:PutTraceSegments',
                    'xray:PutTelemetryRecords',
                    'xray:GetSamplingRules',
                    'xray:GetSamplingTargets',
                  ],
                  Resource: '*',
                },
              ],
            },
          },
        ],
      },
    },
    StateMachine: {
      Type: 'AWS::StepFunctions::StateMachine',
      Properties: {
        StateMachineName: names.stateMachine,
        RoleArn: att('StateMachineRole'),
        Definition: definition(),
        DefinitionSubstitutions: Object.fromEntries(functions),
        LoggingConfiguration: {
          Level: 'ALL',
          // Input and output have keys and counts in them, no rows.
          IncludeExecutionData: true,
          Destinations: [
            { CloudWatchLogsLogGroup: { LogGroupArn: att('StateMachineLog') } },
          ],
        },
        TracingConfiguration: { Enabled: true },
      },
    },
  };
};
