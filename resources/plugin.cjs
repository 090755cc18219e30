// The framework loads plugins by require; what they do is in deploy/.
// A dependency of the framework.
const {
  CloudFormationClient,
  DescribeStackResourcesCommand,
  DescribeStacksCommand,
} = require('@aws-sdk/client-cloudformation');

module.exports = class Tributary {
  constructor(serverless, options, { log }) {
    const provider = serverless.getProvider('aws');
    const resource = async (id) => {
      const cloudFormation = new CloudFormationClient(
        await provider.getAwsSdkV3Config(),
      );
      const { StackResources = [] } = await cloudFormation.send(
        new DescribeStackResourcesCommand({
          StackName: provider.naming.getStackName(),
        }),
      );
      return StackResources.find(
        ({ LogicalResourceId }) => LogicalResourceId === id,
      )?.PhysicalResourceId;
    };
    // The framework looks at this only after the hook that empties the buckets.
    const isProtected = async () => {
      const cloudFormation = new CloudFormationClient(
        await provider.getAwsSdkV3Config(),
      );
      const { Stacks = [] } = await cloudFormation.send(
        new DescribeStacksCommand({
          StackName: provider.naming.getStackName(),
        }),
      );
      return Stacks.some((stack) => stack.EnableTerminationProtection);
    };
    const act = async (name) => {
      const steps = await import('./deploy/steps.ts');
      return steps[name]({
        stage: provider.getStage(),
        architecture: serverless.service.provider.architecture,
        folder: serverless.serviceDir,
        pipelines: serverless.service.custom.stack.pipelines,
        packaged: options.package ?? '.serverless',
        functions: Object.keys(serverless.service.functions),
        isKept: serverless.service.custom.stack.isKept,
        bucket: () => provider.getServerlessDeploymentBucketName(),
        resource,
        isProtected,
        say: (text) => log.notice(text),
      });
    };
    this.hooks = {
      'before:package:initialize': () => act('prepare'),
      'after:package:finalize': () => act('weigh'),
      'after:aws:deploy:deploy:uploadArtifacts': () => act('upload'),
      'before:remove:remove': () => act('empty'),
    };
  }
};
