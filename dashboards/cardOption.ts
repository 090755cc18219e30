import { lying, upright } from './charts/axes.ts';
import type { Drawing, Drawn } from './charts/common.ts';
import { pie } from './charts/pie.ts';
import { pointMap } from './charts/pointMap.ts';
import { scatter } from './charts/scatter.ts';
import { stateMap } from './charts/stateMap.ts';

/**
 * What ECharts draws of a card, in a browser and on the server alike. A scalar
 * and a table are no chart: they are words.
 * @param drawing its `width`, and `height`, in pixels.
 */
export const cardOption = (drawing: Drawing, height: number): Drawn => {
  const { chart, map } = drawing.card;
  switch (chart) {
    case 'bar':
    case 'line':
    case 'area':
      return upright(drawing);
    case 'row':
      return lying(drawing);
    case 'pie':
      return pie(drawing);
    case 'scatter':
      return scatter(drawing);
    case 'map':
      return map === 'points' ? pointMap(drawing, height) : stateMap(drawing);
    default:
      throw new TypeError(`a ${chart} is no chart of ECharts`);
  }
};
