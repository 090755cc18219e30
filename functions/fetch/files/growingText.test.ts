import { newText } from './growingText.ts';

test('a text grows beyond its first memory, character by character', () => {
  const text = newText(8);
  const parts = ['a', 'ä€', '', '\u{1f300}', 'x'.repeat(100), 'end'];
  for (const part of parts) text.append(part);
  expect(text.length()).toBe(Buffer.byteLength(parts.join('')));
  expect(Buffer.from(text.bytes()).toString()).toBe(parts.join(''));
});
