// The framework loads plugins by require; what they do is in deploy/.
module.exports = class Tributary {
  constructor(serverless, options, { log }) {
    const act = async (name) => {
      const steps = await import('./deploy/steps.ts');
      return steps[name]({
        stage: serverless.service.provider.stage,
        architecture: serverless.service.provider.architecture,
        folder: serverless.serviceDir,
        packaged: options.package ?? '.serverless',
        functions: Object.keys(serverless.service.functions),
        provider: serverless.getProvider('aws'),
        bucket: serverless.service.package.deploymentBucket,
        isKept: serverless.service.custom.stack.isKept,
        say: (text) => log.notice(text),
      });
    };
    this.hooks = {
      'before:package:initialize': () => act('prepare'),
      'after:package:finalize': () => act('weigh'),
      'after:aws:deploy:deploy:uploadArtifacts': () => act('uploadJob'),
      'before:remove:remove': () => act('empty'),
    };
  }
};
