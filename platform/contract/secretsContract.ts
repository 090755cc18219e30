import { SecretError } from '../../core/errors.ts';
import type { Secrets } from '../ports.ts';

/** Where secrets lie, and a hand that writes one. */
export interface SecretsPlace {
  readonly secrets: Secrets;
  write(name: string, body: string): Promise<void>;
}

/** What whoever reads secrets may rely on. */
export const secretsContract = (
  name: string,
  open: () => Promise<SecretsPlace>,
): void => {
  describe(`secrets: ${name}`, () => {
    test('one that was rotated is read anew', async () => {
      const { secrets, write } = await open();
      await write('crime/mysql', '{"password": "old"}');
      expect(await secrets.read('crime/mysql')).toEqual({ password: 'old' });
      await write('crime/mysql', '{"password": "new", "port": 3306}');
      expect(await secrets.read('crime/mysql')).toEqual({
        password: 'new',
        port: 3306,
      });
    });

    test.each(['["hunter2"]', 'hunter2', '"hunter2"', 'null'])(
      'what is no object is refused, and not shown: %s',
      async (body) => {
        const { secrets, write } = await open();
        await write('crime/mysql', body);
        const read = secrets.read('crime/mysql');
        await expect(read).rejects.toThrow(SecretError);
        await expect(read).rejects.not.toThrow(/hunter2/);
      },
    );

    test('one that is missing is named', async () => {
      const { secrets } = await open();
      const read = secrets.read('none/there');
      await expect(read).rejects.toThrow(SecretError);
      await expect(read).rejects.toThrow('none/there');
    });
  });
};
