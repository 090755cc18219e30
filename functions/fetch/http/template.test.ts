import { withoutParams } from './template.ts';

test.each([
  ['https://a.example/x', 'https://a.example/x'],
  ['https://a.example/x?key=1', 'https://a.example/x'],
  [
    'https://a.example/x?key=1&b=%20#c?key=1',
    'https://a.example/x?b=%20#c?key=1',
  ],
  ['https://a.example/x?$top=1&key=&key=2', 'https://a.example/x?$top=1'],
  ['https://a.example/x?%6Bey=1&monkey=2', 'https://a.example/x?monkey=2'],
])('%s without its key is %s', (url, without) => {
  expect(withoutParams(url, ['key', 'other'])).toBe(without);
  expect(withoutParams(url, [])).toBe(url);
});
