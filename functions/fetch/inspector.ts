import { SourceError } from '../../core/errors.ts';
import type { Form } from '../../core/source.ts';
import { csvCounter } from '../../engine/records/countCsv.ts';
import type { Digest } from '../shared/digest.ts';
import { newDigester } from './digest.ts';
import { LONGEST_LINE } from './refuseLongLines.ts';

/** What is learnt from the bytes of a file while they pass. */
export interface Inspected {
  readonly digest: Digest;
  /** Of CSV alone; other forms are counted when they are whole. */
  readonly records?: number;
}

export interface Inspector {
  /** @throws SourceError for a record that seems to have no end. */
  readonly push: (chunk: Buffer) => void;
  readonly end: () => Inspected;
}

/**
 * Digests bytes as they come, and counts the records of CSV.
 * @param form none where nothing is to be counted.
 */
export const newInspector = (form?: Form): Inspector => {
  const digester = newDigester();
  const counter = form?.format === 'csv' ? csvCounter(form) : undefined;
  return {
    push: (chunk) => {
      digester.update(chunk);
      counter?.push(chunk);
      if (counter && counter.open > LONGEST_LINE)
        throw new SourceError(
          `record ${counter.records + 1} is longer than ` +
            `${LONGEST_LINE >> 20} MiB: look for a line end or a quote that ` +
            'is missing',
        );
    },
    end: () => ({
      digest: digester.end(),
      ...(counter && { records: Math.max(counter.end() - 1, 0) }),
    }),
  };
};
