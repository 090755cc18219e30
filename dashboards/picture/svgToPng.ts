import { join } from 'node:path';
import { Resvg } from '@resvg/resvg-js';

const FONTS = join(import.meta.dirname, '..', 'fonts');

/**
 * A picture as PNG, twice its size for sharp screens. Only the shipped font is
 * used, so that every machine makes the same bytes.
 */
export const svgToPng = (svg: string): Buffer =>
  new Resvg(svg, {
    fitTo: { mode: 'zoom', value: 2 },
    font: {
      fontFiles: ['Arimo-Regular.ttf', 'Arimo-Bold.ttf'].map((file) =>
        join(FONTS, file),
      ),
      loadSystemFonts: false,
      defaultFontFamily: 'Arimo',
    },
  })
    .render()
    .asPng();
