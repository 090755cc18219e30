import type { PlanCard } from '../../../core/plan.ts';
import { type CardRows, records } from '../../../dashboards/cardRows.ts';
import { formatNumber, formatScalar } from '../../../dashboards/format.ts';
import { isNumber, shownCell } from './cells.ts';
import { type Chart, chartIn } from './chart.ts';
import { make, need, tableOf } from './dom.ts';
import { readFilters, showFilters } from './filters.ts';
import { get } from './server.ts';
import { onTheme } from './theme.ts';

interface Answer {
  readonly plan: readonly PlanCard[];
  readonly cards: readonly (CardRows & { readonly isCut: boolean })[];
  readonly period?: string;
}

const MOST_ROWS = 200;

const dataOf = ({ columns, rows }: CardRows, most: number) =>
  tableOf(
    columns.map((column) => ({
      name: column.name,
      isNumber: isNumber(column),
    })),
    rows
      .slice(0, most)
      .map((row) =>
        row.map((value, i) =>
          shownCell(value, columns[i] as { name: string; type: string }),
        ),
      ),
  );

const scrolled = (table: HTMLTableElement, name: string) =>
  make(
    'div',
    { className: 'scroll', role: 'region', tabIndex: '0', 'aria-label': name },
    table,
  );

/** The rows of a chart, for who would rather read than look. */
const rowsBelow = (card: PlanCard, rows: CardRows): HTMLDetailsElement => {
  const details = make('details', { className: 'rows' });
  details.append(make('summary', {}, 'Rows'));
  details.addEventListener('toggle', () => {
    if (details.open && details.children.length === 1)
      details.append(
        scrolled(dataOf(rows, MOST_ROWS), `Rows of ${card.title}`),
        ...(rows.rows.length > MOST_ROWS
          ? [`the first ${MOST_ROWS} of ${formatNumber(rows.rows.length)}`]
          : []),
      );
  });
  return details;
};

const charts = new Map<Element, Chart>();

const drawChart = async (
  section: Element,
  card: PlanCard,
  rows: CardRows,
): Promise<void> => {
  const at = need<HTMLElement>('[data-answer]', section);
  let canvas = at.querySelector<HTMLElement>('.canvas');
  if (!canvas) {
    canvas = make('div', { className: 'canvas', role: 'img' });
    canvas.setAttribute('aria-label', `${card.chart}: ${card.title}`);
    at.replaceChildren(canvas);
    charts.set(section, chartIn(canvas));
  }
  const note = await charts.get(section)?.draw(card, rows);
  const said = section.querySelector('[data-said]');
  if (said)
    said.textContent = [card.description, note].filter(Boolean).join('; ');
  section.querySelector('details.rows')?.remove();
  section.append(rowsBelow(card, rows));
};

const drawWords = (section: Element, card: PlanCard, rows: CardRows) => {
  charts.get(section)?.clear();
  charts.delete(section);
  section.querySelector('details.rows')?.remove();
  const at = need<HTMLElement>('[data-answer]', section);
  if (card.chart === 'scalar') {
    const value = records(rows)[0]?.[card.y ?? ''];
    at.replaceChildren(make('strong', {}, formatScalar(value, card)));
  } else if (rows.rows.length === 0)
    at.replaceChildren(make('p', { className: 'empty' }, 'No rows'));
  else
    at.replaceChildren(
      scrolled(dataOf(rows, MOST_ROWS), `Rows of ${card.title}`),
    );
};

const show = async (
  section: Element,
  card: PlanCard,
  rows: CardRows,
): Promise<void> => {
  const isChart = !['scalar', 'table'].includes(card.chart);
  if (isChart && rows.rows.length > 0) await drawChart(section, card, rows);
  else drawWords(section, card, rows);
  need('[data-answer]', section).removeAttribute('aria-busy');
};

const board = document.querySelector<HTMLElement>('[data-dashboard]');
const form = document.querySelector<HTMLFormElement>('#filters');
let asked: AbortController | undefined;
let last: Answer | undefined;

const drawAll = async (): Promise<void> => {
  if (!last || !board) return;
  const { plan, cards } = last;
  const sections = [...board.querySelectorAll('[data-card]')];
  await Promise.all(
    sections.flatMap((section, i) => {
      const [card, rows] = [plan[i], cards[i]];
      return card && rows ? [show(section, card, rows)] : [];
    }),
  );
};

const load = async (): Promise<void> => {
  if (!board) return;
  asked?.abort();
  asked = new AbortController();
  const { signal } = asked;
  const remark = need('#remark');
  const startedAt = performance.now();
  const query = location.search;
  try {
    last = await get<Answer>(
      `/api/dashboards/${board.dataset.dashboard}${query}`,
      signal,
    );
    await drawAll();
    const took = Math.round(performance.now() - startedAt);
    remark.textContent = `Data up to ${last.period ?? 'now'}; drawn in ${took} ms`;
    board.dataset.drawn = query || 'all';
  } catch (error) {
    if (!signal.aborted) remark.textContent = (error as Error).message;
  }
};

form?.addEventListener('change', () => {
  const query = readFilters(form).toString();
  history.replaceState(null, '', query ? `?${query}` : location.pathname);
  showFilters(form, new URLSearchParams(query));
  void load();
});
form?.addEventListener('reset', (event) => {
  event.preventDefault();
  history.replaceState(null, '', location.pathname);
  showFilters(form, new URLSearchParams());
  void load();
});
onTheme(() => void drawAll());
if (form) showFilters(form, new URLSearchParams(location.search));
await load();
