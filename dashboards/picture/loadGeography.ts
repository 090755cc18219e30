import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { feature } from 'topojson-client';
import type { GeometryCollection, Topology } from 'topojson-specification';
import type { Geography, Outline } from '../geography.ts';
import { POSTAL_CODES } from './postalCodes.ts';

const require = createRequire(import.meta.url);

/** The US Census Bureau's shapes, as Mike Bostock's `us-atlas` has them. */
const atlas = async (file: string, object: 'states' | 'counties') => {
  const path = require.resolve(`us-atlas/${file}`);
  const topology: Topology = JSON.parse(await readFile(path, 'utf8'));
  return feature(
    topology,
    topology.objects[object] as GeometryCollection<{ name: string }>,
  );
};

/** The same shape with y up, as on a globe and not as on a screen. */
const upright = (coordinates: unknown): unknown => {
  if (!Array.isArray(coordinates)) return coordinates;
  const [x, y] = coordinates;
  return typeof x === 'number' ? [x, -y] : coordinates.map(upright);
};

const states = async (): Promise<Outline> => {
  const { features } = await atlas('states-albers-10m.json', 'states');
  return {
    type: 'FeatureCollection',
    features: features.flatMap(({ id, geometry }) => {
      const name = POSTAL_CODES[String(id)];
      if (!name || !('coordinates' in geometry)) return [];
      const coordinates = upright(geometry.coordinates) as unknown[];
      return [
        {
          type: 'Feature',
          properties: { name },
          geometry: { type: geometry.type, coordinates },
        },
      ];
    }),
  };
};

let loaded: Promise<Geography> | undefined;

/** Reads the shapes, once in a process. */
export const loadGeography = (): Promise<Geography> => {
  loaded ??= (async () => ({
    states: await states(),
    counties: (await atlas('counties-10m.json', 'counties')) as Outline,
  }))();
  return loaded;
};
