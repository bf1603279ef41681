import { expect, test } from 'vitest';
import { createWorkerWatch } from '../../../src/adapters/queue/registry.ts';
import { type WorkerRecord, workerInfoOf } from '../../../src/adapters/queue/worker-record.ts';

const leaseMs = 15_000;
const begin = Date.parse('2026-01-01T12:00:00Z');

/** A record whose worker gave its last sign of life so many milliseconds after the beginning, by its own clock. */
const recordOf = (beat: number, seenAfter: number) =>
  ({ id: 'w', beat, leaseMs, seenAt: new Date(begin + seenAfter).toISOString(), abilities: {} }) as WorkerRecord;

/** What each look at the record says: whether the worker is lost; null when it is left out. */
function looks(each: readonly [record: WorkerRecord, after: number][]): (boolean | null)[] {
  const watch = createWorkerWatch();
  return each.map(([record, after]) => watch([record], begin + after).at(0)?.isLost ?? null);
}

test('a killed worker is lost after its lease, and left out after twenty of them', () => {
  const record = recordOf(1, 0);
  expect(looks([0, leaseMs - 1, leaseMs, 19 * leaseMs, 20 * leaseMs].map(after => [record, after]))).toEqual([
    ...[false, false, true, true],
    null,
  ]);
});

test('the first look goes by the clock of the worker, the others by its signs of life', () => {
  const behind = -2 * leaseMs;
  expect(
    looks([
      [recordOf(1, behind), 0],
      [recordOf(2, behind + 5000), 5000],
      [recordOf(3, behind + 10_000), 10_000],
    ]),
  ).toEqual([true, false, false]);
  const ahead = 2 * leaseMs;
  expect(
    looks([
      [recordOf(1, ahead), 0],
      [recordOf(1, ahead), leaseMs],
    ]),
  ).toEqual([false, true]);
});

test('a lost worker that comes back lives', () => {
  expect(
    looks([
      [recordOf(1, 0), leaseMs],
      [recordOf(2, leaseMs + 1), leaseMs + 1],
    ]),
  ).toEqual([true, false]);
});

test('users see of a worker whether it is lost, and when it was seen', () => {
  const info = workerInfoOf({ record: recordOf(1, 0), isLost: true });
  expect(info).toMatchObject({ id: 'w', isLost: true, seenAt: '2026-01-01T12:00:00.000Z' });
});
