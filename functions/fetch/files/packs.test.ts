import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { inTemporary } from '../../../platform/contract/temporary.ts';
import { newPacks } from './packs.ts';

/** Keeps texts in packs of at most 20 bytes, by way of a block of 8. */
const packed = (folder: string, texts: readonly string[]) => {
  const fileOf = (pack: number) => join(folder, `${pack}`);
  const packs = newPacks(fileOf, 20, Buffer.alloc(8));
  const kept = texts.map((text) => {
    const start = packs.room(text.length + 1);
    packs.block.write(`${text}!`, start);
    const { pack } = packs;
    return { pack, offset: packs.keep(text.length), length: text.length };
  });
  const written = packs.end();
  packs.close();
  const contents = Array.from({ length: written }, (_, pack) =>
    readFileSync(fileOf(pack), 'latin1'),
  );
  const found = kept.map(({ pack, offset, length }) =>
    contents[pack]?.slice(offset, offset + length),
  );
  return { contents, found };
};

test('each text is where it was said to be, in packs that are not too large', () =>
  inTemporary(async (folder) => {
    const texts = Array.from({ length: 50 }, (_, i) => 'abcdefg'.slice(i % 7));
    const { contents, found } = packed(folder, texts);
    expect(found).toEqual(texts);
    expect(contents.join('')).toBe(texts.join(''));
    expect(contents.length).toBeGreaterThan(9);
    for (const { length } of contents) expect(length).toBeLessThanOrEqual(20);
  }));

test('a text that is larger than the block has more room', () =>
  inTemporary(async (folder) => {
    const texts = ['ab', 'x'.repeat(15), 'c', 'y'.repeat(10), 'z'.repeat(9)];
    const { contents, found } = packed(folder, texts);
    expect(found).toEqual(texts);
    expect(contents).toEqual([`ab${texts[1]}c`, `${texts[3]}${texts[4]}`]);
  }));

test('what fills a pack to the last byte begins no other one', () =>
  inTemporary(async (folder) => {
    const texts = Array.from({ length: 5 }, () => 'four');
    expect(packed(folder, texts).contents.join('')).toBe(texts.join(''));
    expect(packed(folder, []).contents).toEqual([]);
  }));
