import { newText } from './growingText.ts';

test('a text grows beyond its first memory, character by character', () => {
  const text = newText(8);
  const parts = ['a', 'ä€', '', '\u{1f300}', 'x'.repeat(100), 'end'];
  for (const part of parts) text.append(part);
  const taken = text.take();
  expect(taken.buffer.byteLength).toBe(Buffer.byteLength(parts.join('')));
  text.append('again');
  expect(Buffer.from(taken).toString()).toBe(parts.join(''));
  expect(Buffer.from(text.take()).toString()).toBe('again');
  expect(text.take()).toHaveLength(0);
});
