import { format } from 'echarts/core';
import { FONT } from '../theme.ts';

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

// Control characters are not allowed in XML, not even escaped.
const FORBIDDEN =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: meant
  /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g;

/** Puts a sign that is seen for what XML cannot hold. */
export const allowedInXml = (text: string): string =>
  text.replace(FORBIDDEN, '\ufffd');

/** A text that may hold anything, for XML. */
export const escapeXml = (text: string): string =>
  allowedInXml(text).replace(/[&<>"']/g, (sign) => ENTITIES[sign] ?? sign);

export interface TextLook {
  readonly size: number;
  readonly color: string;
  readonly bold?: boolean;
  readonly anchor?: 'start' | 'middle' | 'end';
}

const fontOf = ({ size, bold }: TextLook) =>
  `${bold ? 'bold ' : ''}${size}px ${FONT}`;

/** Pixels, by the widths of Helvetica, which are Arimo's too. */
export const widthOf = (text: string, look: TextLook): number =>
  format.getTextRect(text, fontOf(look)).width;

/** A line of text, cut off with … where it is longer than `width` pixels. */
export const svgText = (
  text: string,
  [x, y]: readonly [number, number],
  look: TextLook,
  width = Number.POSITIVE_INFINITY,
): string => {
  const shown = Number.isFinite(width)
    ? format.truncateText(text, width, fontOf(look), '…', {})
    : text;
  return (
    `<text x="${x}" y="${y}" font-size="${look.size}" fill="${look.color}"` +
    (look.bold ? ' font-weight="bold"' : '') +
    (look.anchor ? ` text-anchor="${look.anchor}"` : '') +
    `>${escapeXml(shown)}</text>`
  );
};
