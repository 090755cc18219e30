import { hiddenIn, shownUrl, textShower } from './origins.ts';

test.each([
  ['https://a.example/x.csv?q=1', 'https://a.example/x.csv?q=1'],
  ['https://ada:pw@a.example/x', 'https://a.example/x'],
  ['https://a.example/?api_key=1&q=2', 'https://a.example/?api_key=***&q=2'],
  ['https://a.example/?sig=1', 'https://a.example/?sig=***'],
  ['https://a.example/?code=1', 'https://a.example/?code=1'],
  ['https://a.example/?appid=1', 'https://a.example/?appid=***'],
  ['https://a.example/?design=1', 'https://a.example/?design=1'],
])('%s is shown as %s', (address, shown) =>
  expect(shownUrl(address)).toBe(shown),
);

test('a text is shown without secrets, as they are or encoded', () => {
  const shown = textShower(['a&b=c', 'a&b=cd', 'xyz']);
  expect(shown('no a&b=cd, a&b=c, a%26b%3Dc')).toBe('no ***, ***, ***');
  const quoted = textShower(['a"b /é']);
  expect(quoted('a%22b+%2F%C3%A9 a%22b%20%2f%c3%a9 {"k":"a\\"b /é"}')).toBe(
    '*** *** {"k":"***"}',
  );
  expect(shown('xyz is too short')).toBe('xyz is too short');
});

test('addresses within a text are shown as such', () => {
  const shown = textShower([]);
  expect(shown('<a href="https://u:p@a.example/?token=1&b=2">')).toBe(
    '<a href="https://a.example/?token=***&b=2">',
  );
  expect(shown('see http://, and https://a b')).toBe(
    'see http://, and https://a b',
  );
});

test('what of an address is not shown can be hidden elsewhere, too', () =>
  expect(hiddenIn('https://ada:pass@a.example/?api_key=k%201&q=2')).toEqual([
    'k 1',
    'pass',
  ]));
