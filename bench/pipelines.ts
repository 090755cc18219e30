/** The pipelines that are compared, in the order of a run. */
export const PIPELINES = [
  'arrivals',
  'banks',
  'crime',
  'loans',
  'songs',
] as const;
