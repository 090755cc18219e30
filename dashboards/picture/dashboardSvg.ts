import type { Plan, PlanCard } from '../../core/plan.ts';
import { cardOption } from '../cardOption.ts';
import { type CardRows, records } from '../cardRows.ts';
import { formatScalar } from '../format.ts';
import type { Geography } from '../geography.ts';
import { type Place, placeCards } from '../layout.ts';
import { FONT, LIGHT, type Theme } from '../theme.ts';
import { chartSvg } from './chartSvg.ts';
import { escapeXml, svgText } from './svgText.ts';
import { tableSvg } from './tableSvg.ts';

/** A dashboard with the answers to its cards, in their order. */
export interface Answered {
  readonly plan: Pick<Plan, 'pipeline' | 'title' | 'description' | 'dashboard'>;
  readonly rows: readonly CardRows[];
  /** What the rows are of: `30 Nov 2018`, `loans of 2022-10-01 only`. */
  readonly remark?: string;
  readonly geography: Geography;
  readonly theme?: Theme;
}

const WIDTH = 1200;
const EDGE = 28;
const PAD = 18;

const nested = (place: Place, content: string) =>
  `<svg x="${place.x}" y="${place.y}" width="${place.width}" ` +
  `height="${place.height}">\n${content}\n</svg>`;

const inner = (
  card: PlanCard,
  rows: CardRows,
  { theme, geography }: { theme: Theme; geography: Geography },
  [width, height]: readonly [number, number],
  prefix: string,
): { readonly svg: string; readonly note?: string } => {
  if (rows.rows.length === 0) {
    const middle = [width / 2, height / 2] as const;
    const look = { size: 14, color: theme.quiet, anchor: 'middle' } as const;
    return { svg: svgText('No rows', middle, look) };
  }
  if (card.chart === 'table')
    return { svg: tableSvg(card, rows, theme, width, height) };
  const drawn = cardOption({ card, rows, theme, geography, width }, height);
  const svg = chartSvg(drawn, width, height, prefix);
  return { svg, ...(drawn.note && { note: drawn.note }) };
};

const scalarSvg = (card: PlanCard, rows: CardRows, theme: Theme, at: Place) => {
  const value = records(rows)[0]?.[card.y ?? ''];
  const place = [PAD, 88] as const;
  const look = { size: 40, color: theme.text, bold: true };
  const note = { size: 12, color: theme.quiet };
  return [
    svgText(card.title, [PAD, 34], { ...note, size: 14 }, at.width - 2 * PAD),
    svgText(formatScalar(value, card), place, look, at.width - 2 * PAD),
    svgText(card.description ?? '', [PAD, 112], note, at.width - 2 * PAD),
  ].join('\n');
};

const chartCard = (
  card: PlanCard,
  rows: CardRows,
  on: { theme: Theme; geography: Geography },
  { width, height }: Place,
  prefix: string,
) => {
  const room = width - 2 * PAD;
  const isSaid = card.description || card.map === 'states';
  const top = isSaid ? 64 : 46;
  const size = [room, height - top - PAD] as const;
  const { svg, note } = inner(card, rows, on, size, prefix);
  const said = [card.description, note].filter(Boolean).join('; ');
  return [
    svgText(
      card.title,
      [PAD, 30],
      { size: 16, color: on.theme.text, bold: true },
      room,
    ),
    svgText(said, [PAD, 49], { size: 12.5, color: on.theme.quiet }, room),
    nested({ x: PAD, y: top, width: size[0], height: size[1] }, svg),
  ].join('\n');
};

/**
 * A dashboard as one SVG document: the same bytes for the same rows. Its texts
 * are in Arimo, or where that is missing in a font of the same widths.
 */
export const dashboardSvg = (dashboard: Answered): string => {
  const { plan, rows, remark, theme = LIGHT } = dashboard;
  const on = { theme, geography: dashboard.geography };
  const head = plan.description ? 92 : 70;
  const { places, height } = placeCards(plan.dashboard, WIDTH - 2 * EDGE);
  const full = head + height + EDGE;
  const cards = plan.dashboard.map((card, i) => {
    const place = places[i] as Place;
    const answer = rows[i] as CardRows;
    const content =
      card.chart === 'scalar'
        ? scalarSvg(card, answer, theme, place)
        : chartCard(card, answer, on, place, `card${i}`);
    const box =
      `<rect x="0.5" y="0.5" width="${place.width - 1}" ` +
      `height="${place.height - 1}" rx="8" fill="${theme.panel}" ` +
      `stroke="${theme.border}"/>`;
    const moved = { ...place, x: place.x + EDGE, y: place.y + head };
    return nested(moved, `${box}\n${content}`);
  });
  const quiet = { size: 14, color: theme.quiet };
  const right = { ...quiet, anchor: 'end' } as const;
  return `${[
    `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" ` +
      `height="${full}" viewBox="0 0 ${WIDTH} ${full}" role="img" ` +
      `font-family="${FONT}">`,
    `<title>${escapeXml(plan.title)}</title>`,
    `<rect width="${WIDTH}" height="${full}" fill="${theme.page}"/>`,
    svgText(
      plan.title,
      [EDGE, 46],
      { size: 26, color: theme.text, bold: true },
      WIDTH - 2 * EDGE - 250,
    ),
    svgText(plan.description ?? '', [EDGE, 72], quiet, WIDTH - 2 * EDGE),
    svgText(remark ?? '', [WIDTH - EDGE, 46], right, 240),
    ...cards,
    '</svg>',
  ].join('\n')}\n`;
};
