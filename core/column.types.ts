// Type tests: nothing here runs. See test/types.test.ts.
import { date, decimal, int, string, timestamp } from './index.ts';

/* Columns take the options of their type. */

date({ format: 'dd/MM/yyyy', from: 'Day' });
// @ts-expect-error 'format' of a text
string({ format: 'dd/MM/yyyy' });
// @ts-expect-error 'pad' of a number
int({ pad: { length: 2, with: '0' } });
// @ts-expect-error "_" parts no thousands
decimal(14, 2, { thousands: '_' });
// @ts-expect-error 'arguments' lack the scale
decimal(14);
// @ts-expect-error "hours" is no unit
timestamp({ epoch: { unit: 'hours', since: '1970-01-01' } });
