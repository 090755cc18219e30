import { parseDay, periodAfter, periodOf } from '../core/period.ts';

/** A file of a recording: its path below the pipeline's folder. */
export interface RecordedText {
  readonly path: string;
  readonly text: string;
}

/** Such a file, of any bytes. */
export type RecordedFile =
  | RecordedText
  | { readonly path: string; readonly bytes: Uint8Array };

/** A file too large for memory: its text, some of it at a time. */
export interface StreamedText {
  readonly path: string;
  readonly parts: Iterable<string>;
}

/** How much input is invented. */
export interface ScaleOptions {
  readonly seed: number;
  /** Records of the pipeline's largest source. */
  readonly rows: number;
}

/** What a recording of many periods is to be like. */
export interface RecordOptions {
  readonly seed: number;
  /** The first period, `YYYY-MM-DD` or `YYYY-MM`. */
  readonly from: string;
  readonly periods: number;
}

/** So many days or months from the first one on. */
export const periodsFrom = (
  kind: 'day' | 'month',
  { from, periods }: Omit<RecordOptions, 'seed'>,
) => {
  const found = [periodOf(kind, from)];
  for (let at = found[0]; at && found.length < periods; found.push(at))
    at = periodAfter(at);
  return found;
};

/** The seed of one period, so that it does not depend on those before it. */
export const seedOf = (seed: number, day: string): number =>
  seed * 1_000_003 + Math.floor(parseDay(day).getTime() / 86_400_000);

/** `recording.json`, with the date at which a recording ends. */
export const recordingDate = (date: string): RecordedText => ({
  path: 'recording.json',
  text: `${JSON.stringify({ date })}\n`,
});
