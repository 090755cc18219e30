/** The colours of a dashboard; the same names for light and dark. */
export interface Theme {
  readonly page: string;
  readonly panel: string;
  readonly border: string;
  readonly text: string;
  /** Axis labels, descriptions. */
  readonly quiet: string;
  readonly grid: string;
  readonly land: string;
  readonly water: string;
  /** For series, told apart by people who do not see red or green, too. */
  readonly series: readonly string[];
  readonly other: string;
  /** From few to many. */
  readonly scale: readonly string[];
}

/** Okabe and Ito's colours, some darkened to be read on white. */
const series = [
  '#0072b2',
  '#d55e00',
  '#009e73',
  '#cc79a7',
  '#e69f00',
  '#56b4e9',
  '#7a5195',
];

export const LIGHT: Theme = {
  page: '#f6f8fa',
  panel: '#ffffff',
  border: '#d8dee4',
  text: '#1f2328',
  quiet: '#59636e',
  grid: '#e6eaef',
  land: '#eef1f4',
  water: '#dcebf5',
  series,
  other: '#9aa4ae',
  scale: ['#d6e9f5', '#9ccae6', '#5ba3cf', '#2474b5', '#0b3f7a'],
};

export const DARK: Theme = {
  page: '#0d1117',
  panel: '#151b23',
  border: '#3d444d',
  text: '#f0f6fc',
  quiet: '#9da7b1',
  grid: '#2a313b',
  land: '#262c36',
  water: '#10202e',
  series: ['#4aa8e0', '#ff8c42', '#2cc79a', '#e39cc4', ...series.slice(4)],
  other: '#7d8590',
  scale: ['#12344d', '#1a5480', '#2474b5', '#5ba3cf', '#b7dcf2'],
};

/** Arimo is shipped; Arial and Helvetica have the same widths. */
export const FONT = 'Arimo, Arial, Helvetica, sans-serif';
