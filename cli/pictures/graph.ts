/** A box: a title, a line below it, and rows that lines can end at. */
export interface Box {
  readonly id: string;
  /** Its colour: `source`, `table`, `card` or `step`. */
  readonly look: 'source' | 'table' | 'card' | 'step';
  readonly title: string;
  readonly subtitle?: string;
  readonly rows: readonly { readonly id: string; readonly text: string }[];
}

/** A line from a box, or a row of one, to another. */
export interface Line {
  readonly from: { readonly box: string; readonly row?: string };
  readonly to: { readonly box: string; readonly row?: string };
  readonly label?: string;
  readonly isFaint?: boolean;
}

/** What a picture shows; boxes in the order in which they should come. */
export interface Graph {
  readonly title: string;
  readonly boxes: readonly Box[];
  readonly lines: readonly Line[];
}
