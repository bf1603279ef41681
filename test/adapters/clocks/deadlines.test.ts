import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Deadlines } from '../../../src/adapters/clocks/deadlines.ts';
import { manualClock } from '../../../src/adapters/clocks/manual-clock.ts';
import type { Clock } from '../../../src/ports/clock.ts';
import { testSeed } from '../../seed.ts';

test('calls come in the order of deadlines, and of their setting among equal ones, without those cancelled', () => {
  const action = fc.oneof(
    fc.record({ kind: fc.constant('set' as const), delay: fc.nat(20) }),
    fc.record({ kind: fc.constant('cancel' as const), which: fc.nat(40) }),
    fc.record({ kind: fc.constant('advance' as const), ms: fc.nat(8) }),
  );
  fc.assert(
    fc.property(fc.array(action, { maxLength: 120 }), actions => {
      const clock = manualClock();
      const deadlines = new Deadlines(clock);
      const called: number[] = [];
      const expected: number[] = [];
      const set: { due: number; cancel: () => void; isOver: boolean }[] = [];
      const advance = (ms: number) => {
        const now = clock.now() + ms;
        const due = [...set.entries()].filter(([, each]) => !each.isOver && each.due <= now);
        for (const [number, each] of due.toSorted(([, a], [, b]) => a.due - b.due)) {
          expected.push(number);
          each.isOver = true;
        }
        clock.advance(ms);
        expect(called).toEqual(expected);
      };
      for (const each of actions) {
        if (each.kind === 'advance') advance(each.ms);
        else if (each.kind === 'set') {
          const [number, due] = [set.length, clock.now() + each.delay];
          set.push({ due, cancel: deadlines.at(due, () => called.push(number)), isOver: false });
        } else {
          const cancelled = set[each.which];
          cancelled?.cancel();
          if (cancelled !== undefined) cancelled.isOver = true;
        }
      }
      advance(100);
    }),
    { seed: testSeed('deadlines') },
  );
});

test('one that fails does not keep the others from being called', () => {
  const clock = manualClock();
  const deadlines = new Deadlines(clock);
  const called: string[] = [];
  deadlines.at(5, () => {
    throw new Error('mine');
  });
  deadlines.at(5, () => called.push('same time'));
  deadlines.at(6, () => called.push('later'));
  expect(() => clock.advance(10)).toThrow('mine');
  clock.advance(10);
  expect(called).toEqual(['same time', 'later']);
});

test('the clock waits for the first deadline only, and for none when all are cancelled', () => {
  const waiting = new Set<number>();
  const clock: Clock = {
    now: () => 0,
    at(due) {
      waiting.add(due);
      return () => waiting.delete(due);
    },
  };
  const deadlines = new Deadlines(clock);
  const cancels = [30, 10, 20].map(due => deadlines.at(due, () => {}));
  expect([...waiting]).toEqual([10]);
  cancels[1]?.();
  expect([...waiting]).toEqual([20]);
  cancels[0]?.();
  cancels[2]?.();
  cancels[2]?.();
  expect([...waiting]).toEqual([]);
});
