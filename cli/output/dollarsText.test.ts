import { dollarsText } from './dollarsText.ts';

test.each([
  [0, '$0'],
  [0.00000123, '$0.0000012'],
  [0.000244, '$0.00024'],
  [0.0199, '$0.020'],
  [0.0999, '$0.10'],
  [0.104, '$0.10'],
  [3.1, '$3.10'],
  [1234.567, '$1234.57'],
])('%d is %s', (dollars, text) => {
  expect(dollarsText(dollars)).toBe(text);
});
