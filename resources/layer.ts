import { type LayerName, layerVersion } from '../layers/build.ts';
import { type Resources, ref } from './cloudFormation.ts';
import { FUNCTIONS } from './functions.ts';
import { namesOf, type Stack } from './settings.ts';

/** Where a deploy puts a layer: another version is another place. */
export const layerKey = (
  layer: LayerName,
  { stage, architecture }: Pick<Stack, 'stage' | 'architecture'>,
) =>
  `serverless/tributary/${stage}/assets/${layer}-${layerVersion(layer)}-${architecture}.zip`;

const DESCRIPTIONS: Readonly<Record<LayerName, string>> = {
  duckdb: 'DuckDB',
  blake3: 'BLAKE3',
};

/** The logical id of a layer. */
export const layerId = (layer: LayerName): string =>
  `${layer.charAt(0).toUpperCase()}${layer.slice(1)}Layer`;

/** The layers that the functions need. */
export const layerNames = (): LayerName[] => [
  ...new Set(Object.values(FUNCTIONS).flatMap(({ layer }) => layer ?? [])),
];

const layerOf = (layer: LayerName, stack: Stack) => ({
  Type: 'AWS::Lambda::LayerVersion',
  Properties: {
    LayerName: `${namesOf(stack.stage).service}-${layer}`,
    Description: `${DESCRIPTIONS[layer]} ${layerVersion(layer)}`,
    LicenseInfo: 'MIT',
    CompatibleRuntimes: ['nodejs24.x'],
    CompatibleArchitectures: [stack.architecture],
    Content: {
      S3Bucket: ref('ServerlessDeploymentBucket'),
      S3Key: layerKey(layer, stack),
    },
  },
});

/** Native code that cannot be in the bundle of a function. */
export const layers = (stack: Stack): Resources =>
  Object.fromEntries(
    layerNames().map((layer) => [layerId(layer), layerOf(layer, stack)]),
  );
