import { runId } from './runId.ts';

const at = (startedAt: string, id = 'local:1:2:3') => runId({ id, startedAt });

test('is the same for the same execution, and another for another', () => {
  const time = '2024-05-01T06:00:00.123Z';
  expect(at(time)).toMatch(/^20240501T060000123Z-[0-9a-f]{6}$/);
  expect(at(time)).toBe(at(time));
  expect(at(time, 'local:1:2:4')).not.toBe(at(time));
});

test('is the same however the time is written', () => {
  expect(at('2024-05-01T06:00:00Z')).toBe(at('2024-05-01T06:00:00.000Z'));
  expect(at('2024-05-01T08:00:00+02:00')).toBe(at('2024-05-01T06:00:00Z'));
});

test('sorts by time', () => {
  const times = [
    '2023-12-31T23:59:59.999Z',
    '2024-01-01T00:00:00.000Z',
    '2024-01-01T00:00:00.001Z',
    '2024-10-01T00:00:00.000Z',
  ];
  const ids = times.map((time) => at(time));
  expect([...ids].sort()).toEqual(ids);
});
