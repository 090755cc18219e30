import { HEAD, type Placed, type PlacedBox, ROW, rowsTop } from './layout.ts';

const escaped = (text: string) =>
  text.replace(/[&<>"]/g, (c) => `&#${c.charCodeAt(0)};`);

const n = (value: number) => String(Math.round(value * 10) / 10);

/** Colours follow the reader's setting; the ground is the page's own. */
const STYLE = `
  text { font: 12px ui-monospace, SFMono-Regular, Menlo, Consolas, monospace;
    fill: #1f2328; }
  .title { font-weight: 600; }
  .faint { fill: #59636e; font-size: 11px; }
  .box { fill: #ffffff; stroke: #d1d9e0; }
  .source { fill: #ddf4ff; } .table { fill: #dafbe1; }
  .card { fill: #fff8c5; } .step { fill: #f3e8ff; }
  .line { fill: none; stroke: #818b98; }
  .dashed { stroke-dasharray: 4 3; opacity: 0.7; }
  .end { fill: #818b98; }
  @media (prefers-color-scheme: dark) {
    text { fill: #f0f6fc; } .faint { fill: #9198a1; }
    .box { fill: #0d1117; stroke: #3d444d; }
    .source { fill: #0c2d6b; } .table { fill: #033a16; }
    .card { fill: #4b2900; } .step { fill: #3c1e70; }
  }`;

const textAt = (x: number, y: number, text: string, look = '') =>
  `<text x="${n(x)}" y="${n(y)}"${look && ` class="${look}"`}>${escaped(text)}</text>`;

/** Its head has the colour; its corners are round on the outside alone. */
const box = (one: PlacedBox): string => {
  const { x, y, width, height, look, title, subtitle, rows } = one;
  const head = rows.length > 0 ? rowsTop(one) : height;
  const [right, r] = [x + width, 5];
  const top =
    rows.length > 0
      ? `M${n(x)} ${n(y + head)}V${n(y + r)}q0-${r} ${r}-${r}H${n(right - r)}` +
        `q${r} 0 ${r} ${r}V${n(y + head)}Z`
      : '';
  const ground =
    `<rect class="box${top ? '' : ` ${look}`}" x="${n(x)}" y="${n(y)}" ` +
    `width="${n(width)}" height="${n(height)}" rx="${r}"/>`;
  return [
    ground,
    ...(top ? [`<path class="box ${look}" d="${top}"/>`] : []),
    textAt(x + 10, y + HEAD - 9, title, 'title'),
    ...(subtitle === undefined
      ? []
      : [textAt(x + 10, y + HEAD + 6, subtitle, 'faint')]),
    ...rows.map(({ text }, i) =>
      textAt(x + 10, y + rowsTop(one) + i * ROW + 13, text),
    ),
  ].join('\n');
};

const line = ({ points, isFaint, label, labelAt }: Placed['lines'][number]) => {
  const d = points
    .map(({ x, y }, i) => `${i ? 'L' : 'M'}${n(x)} ${n(y)}`)
    .join('');
  const path = `<path class="line${isFaint ? ' dashed' : ''}" marker-end="url(#end)" d="${d}"/>`;
  return label && labelAt
    ? `${path}\n${textAt(labelAt.x, labelAt.y + 11, label, 'faint')}`
    : path;
};

/**
 * A picture that reads on light and dark pages, as SVG.
 * @param style is left out where the page around it has one.
 */
export const svg = (
  { title, width, height, boxes, lines }: Placed,
  style: string = STYLE,
): string => `\
<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" \
width="${width}" height="${height}" role="img">
<title>${escaped(title)}</title>
${style && `<style>${style}\n</style>\n`}<marker id="end" viewBox="0 0 6 6" refX="6" refY="3" markerWidth="6" \
markerHeight="6" orient="auto"><path class="end" d="M0 0L6 3L0 6Z"/></marker>
${lines.map(line).join('\n')}
${boxes.map(box).join('\n')}
</svg>
`;
