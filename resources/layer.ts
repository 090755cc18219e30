import { layerVersion } from '../layers/build.ts';
import { type Resources, ref } from './cloudFormation.ts';
import { namesOf, type Stack } from './settings.ts';

/** Where a deploy puts the layer: another version is another place. */
export const layerKey = ({
  stage,
  architecture,
}: Pick<Stack, 'stage' | 'architecture'>) =>
  `serverless/tributary/${stage}/assets/duckdb-${layerVersion()}-${architecture}.zip`;

/** DuckDB's native binding, too large for the code of a function. */
export const layer = (stack: Stack): Resources => ({
  DuckdbLayer: {
    Type: 'AWS::Lambda::LayerVersion',
    Properties: {
      LayerName: `${namesOf(stack.stage).service}-duckdb`,
      Description: `DuckDB ${layerVersion()}`,
      LicenseInfo: 'MIT',
      CompatibleRuntimes: ['nodejs24.x'],
      CompatibleArchitectures: [stack.architecture],
      Content: {
        S3Bucket: ref('ServerlessDeploymentBucket'),
        S3Key: layerKey(stack),
      },
    },
  },
});
