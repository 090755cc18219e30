import { numberOf, records } from '../cardRows.ts';
import type { Outline } from '../geography.ts';
import { type Drawing, type Drawn, frame } from './common.ts';

interface Box {
  readonly west: number;
  readonly east: number;
  readonly south: number;
  readonly north: number;
}

/** Space around the points, as a share of their extent. */
const MARGIN = 0.06;
/** Degrees: a single point has no extent. */
const LEAST = 0.02;

const extent = (values: readonly number[]) => {
  const [least, most] = values.reduce(
    ([a, b], value) => [Math.min(a, value), Math.max(b, value)],
    [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY],
  );
  const margin = Math.max((most - least) * MARGIN, LEAST);
  return [least - margin, most + margin] as const;
};

/** Widens a box to the shape of the picture, so that land fills all of it. */
const widen = (
  box: Box,
  aspect: number,
  width: number,
  height: number,
): Box => {
  const [w, h] = [(box.east - box.west) * aspect, box.north - box.south];
  const wider = Math.max(0, (h * width) / height - w) / aspect / 2;
  const higher = Math.max(0, (w * height) / width - h) / 2;
  return {
    west: box.west - wider,
    east: box.east + wider,
    south: box.south - higher,
    north: box.north + higher,
  };
};

type Place = readonly [longitude: number, latitude: number];

const placesIn = (shape: unknown): Place[] =>
  Array.isArray(shape)
    ? typeof shape[0] === 'number'
      ? [shape as unknown as Place]
      : shape.flatMap(placesIn)
    : [];

const touches = (shape: readonly unknown[], box: Box) => {
  const places = placesIn(shape);
  const [west, east] = extent(places.map(([x]) => x));
  const [south, north] = extent(places.map(([, y]) => y));
  return (
    west < box.east && east > box.west && south < box.north && north > box.south
  );
};

const landIn = ({ features, type }: Outline, box: Box): Outline => ({
  type,
  features: features.filter(({ geometry }) =>
    touches(geometry.coordinates, box),
  ),
});

/** A dot for each place over the outline of the land: no tiles, no request. */
export const pointMap = (drawing: Drawing, height: number): Drawn => {
  const { card, theme, geography, width } = drawing;
  const points = records(drawing.rows).flatMap((row): Place[] => {
    const [x, y] = [numberOf(row[card.x ?? '']), numberOf(row[card.y ?? ''])];
    return x === null || y === null ? [] : [[x, y]];
  });
  const [west, east] = extent(points.map(([x]) => x));
  const [south, north] = extent(points.map(([, y]) => y));
  const aspect = Math.cos((((south + north) / 2) * Math.PI) / 180);
  const box = widen({ west, east, south, north }, aspect, width, height);
  const land = landIn(geography.counties, box);
  const name = `land ${[box.west, box.east, box.south, box.north].join(' ')}`;
  return {
    map: { name, geoJson: land },
    option: {
      ...frame(drawing),
      ...(land.features.length > 0 && { backgroundColor: theme.water }),
      geo: {
        map: name,
        aspectScale: aspect,
        boundingCoords: [
          [box.west, box.north],
          [box.east, box.south],
        ],
        left: 0,
        right: 0,
        top: 0,
        bottom: 0,
        roam: false,
        silent: true,
        itemStyle: {
          areaColor: theme.land,
          borderColor: theme.border,
          borderWidth: 1,
        },
      },
      series: [
        {
          type: 'scatter',
          coordinateSystem: 'geo',
          data: points.map((point) => [...point]),
          symbolSize: points.length > 500 ? 4 : 6,
          itemStyle: {
            color: theme.series[1] ?? theme.other,
            opacity: points.length > 500 ? 0.45 : 0.7,
          },
        },
      ],
    },
  };
};
