import type { Notification, Notifier } from '../ports.ts';

/** A notifier, and what has arrived from it since it was opened. */
export interface NotifierPlace {
  readonly notifier: Notifier;
  /** One text for each notification, whatever else is around it. */
  arrived(count: number): Promise<readonly string[]>;
}

const FAILED: Notification = {
  kind: 'failed',
  pipeline: 'shop',
  subject: 'shop 2024-05-01 failed',
  text: 'SourceError: the file is missing\nrun r1',
};

/** What whoever tells people may rely on. */
export const notifierContract = (
  name: string,
  open: () => Promise<NotifierPlace>,
): void => {
  describe(`notifier: ${name}`, () => {
    test('tells what kind it is, of which pipeline, and in a few words', async () => {
      const { notifier, arrived } = await open();
      await notifier.tell(FAILED);
      const [text = ''] = await arrived(1);
      for (const part of ['failed', 'shop', 'shop 2024-05-01 failed'])
        expect(text).toContain(part);
    });

    test('tells each, in any language, however long', async () => {
      const { notifier, arrived } = await open();
      const subject = `Umsätze – ${'sehr '.repeat(60)}\nspät`;
      await notifier.tell({ ...FAILED, subject });
      await notifier.tell({ kind: 'budget-exceeded', subject: 's', text: 't' });
      const texts = (await arrived(2)).toSorted();
      expect(texts).toHaveLength(2);
      expect(texts.join()).toContain('sehr sehr');
      expect(texts.join()).toContain('budget-exceeded');
    });
  });
};
