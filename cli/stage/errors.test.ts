import { LockedError } from '../../core/errors.ts';
import { explainAws } from './errors.ts';

const named = (name: string, message = 'no', code?: string) =>
  Object.assign(new Error(message), { name, ...(code && { code }) });

test.each<[string, unknown, string, RegExp]>([
  [
    'no credentials',
    named('CredentialsProviderError'),
    'UsageError',
    /no credentials/,
  ],
  ['old ones', named('ExpiredTokenException'), 'UsageError', /AWS_PROFILE/],
  ['no region', named('Error', 'Region is missing'), 'UsageError', /no region/],
  ['no right', named('AccessDeniedException'), 'StageError', /AWS refused: no/],
  [
    'no network',
    named('Error', '', 'ECONNREFUSED'),
    'StageError',
    /not reached: ECONNREFUSED/,
  ],
  ['an error of ours', new LockedError('busy'), 'LockedError', /^busy$/],
  ['any other', named('Odd', 'as it is'), 'Odd', /^as it is$/],
])('%s', (_, error, name, message) => {
  const told = explainAws(error) as Error;
  expect(told.name).toBe(name);
  expect(told.message).toMatch(message);
});
