import type { Metrics } from '@aws-lambda-powertools/metrics';
import type { Meter } from '../ports.ts';

const UNITS = { Count: 'Count', Seconds: 'Seconds', None: 'None' } as const;

/**
 * Metrics in the form that CloudWatch takes out of a function's log. Each goes by
 * itself: those of a pipeline have a dimension more than those of the stage.
 */
export const awsMeter = (metrics: Metrics): Meter => ({
  measure: (all, pipeline) => {
    for (const { name, value, unit } of all) {
      const one = metrics.singleMetric();
      if (pipeline !== undefined) one.addDimension('pipeline', pipeline);
      one.addMetric(name, UNITS[unit], value);
    }
  },
});
