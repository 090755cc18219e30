// Type tests: nothing here runs. See test/types.test.ts.
import { definePipeline } from './index.ts';
import { one, other, source } from './testing/relations.ts';

/* A pipeline is made of relations, not of their names. */

const whole = {
  name: 'p',
  title: 'P',
  period: 'day',
  schedule: 'rate(1 day)',
} as const;
definePipeline({ ...whole, sources: [source], tables: [one, other] });
// @ts-expect-error 'string' in place of a table
definePipeline({ ...whole, sources: [source], tables: ['one'] });
// @ts-expect-error 'mode' is missing: a source among the tables
definePipeline({ ...whole, sources: [source], tables: [source] });
// @ts-expect-error 'kind' is missing: a table among the sources
definePipeline({ ...whole, sources: [one], tables: [one] });
// @ts-expect-error "week" is no period
definePipeline({ ...whole, period: 'week', sources: [], tables: [] });
// @ts-expect-error 'onwer' is misspelt
definePipeline({ ...whole, sources: [], tables: [], onwer: 'me' });
