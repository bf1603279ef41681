import { describe, expect, test } from 'vitest';
import { begin, childAtHand, firstPending } from '../../../machines/merge/context.ts';
import {
  correctionOf,
  faultOf,
  freshContext,
  made,
  placeBefore,
  promptDefinition,
  recallReason,
  rollbackOf,
  sandboxOf,
  specInForce,
  targetOf,
  workplace,
} from '../../../machines/plan/context.ts';
import { faultIn } from '../../../machines/plan/failing.ts';
import { mainLink } from '../../../src/model/link.ts';
import { faultOf as someFault, specOf } from '../spec.ts';

const fresh = freshContext({ spec: specOf() });

describe('What a chart needs and does not have is a mistake of ours, and is said at once', () => {
  test('a sandbox before it is prepared', () => {
    expect(() => workplace(fresh)).toThrow(TypeError);
    expect(() => workplace({ ...fresh, sandbox: { key: 'k', path: '/s' } })).toThrow('before its sandbox is prepared');
  });

  test('a tree before it is made', () => {
    expect(() => made(fresh, 'workTree')).toThrow('uses its workTree before it is made');
    expect(made({ ...fresh, workTree: 't' }, 'workTree')).toBe('t');
  });

  test('files, a way back, or a correction that nobody spoke of', () => {
    expect(() => sandboxOf(fresh)).toThrow('needs its sandbox and has none');
    expect(() => rollbackOf(fresh)).toThrow('without having been told where to');
    expect(() => correctionOf(fresh)).toThrow('without having been told what');
    expect(() => mainLink({ ...specOf(), projectLinks: [] })).toThrow('has no project link');
  });

  test('a child to fold, or a resolution to carry out, that is not there', () => {
    const context = begin({
      spec: specOf(),
      attempt: 1,
      sandbox: { key: 's', path: '/s' },
      guidance: [],
      ours: 't',
      children: [],
      strategy: 'threeWay',
    });
    expect(() => childAtHand(context)).toThrow('no child 0');
    expect(() => firstPending(context)).toThrow('no resolution');
    expect(() => firstPending({ ...context, queue: [{ conflictId: 'x', resolution: { take: 'ours' } }] })).toThrow(
      'no resolution',
    );
  });
});

test('The root of the decisions says what done means, if anyone said so', () => {
  expect(promptDefinition(specOf()).rationale).toBe('As asked.');
  expect(promptDefinition(specOf({ definitionOfDone: 'it greets' })).rationale).toBe('Done means: it greets');
});

describe('What was not said has one meaning everywhere', () => {
  test('a plan that is not paused comes back to where it is', () => {
    expect(placeBefore(fresh)).toEqual(fresh.place);
  });

  test('no target is the checkout', () => {
    expect(targetOf(fresh)).toEqual({ kind: 'checkout' });
    expect(targetOf({ applyTarget: { kind: 'patch', file: 'f' } })).toEqual({ kind: 'patch', file: 'f' });
  });

  test('a plan is called back for the reason given, or for what went wrong, or is taken back', () => {
    expect(recallReason({ cancelReason: 'enough', error: someFault() })).toBe('enough');
    expect(recallReason({ cancelReason: null, error: someFault() })).toBe('it broke');
    expect(recallReason(fresh)).toBe('The plan is taken back');
  });

  test('a failure without a fault is still a failure', () => {
    expect(faultOf(fresh)).toMatchObject({ code: 'INTERNAL', retriable: false });
    expect(faultIn({ outcome: 'cancelled', reason: 'enough' })).toMatchObject({
      code: 'CANCELLED',
      message: 'It ended cancelled: enough',
    });
    expect(faultIn({ outcome: 'odd' }).message).toBe('It ended odd: no reason given');
    expect(faultIn({ outcome: 'failed', fault: someFault() })).toEqual(someFault());
  });

  test('before the first reconciliation the invariants are those the plan was made with', () => {
    const spec = specOf();
    expect(specInForce(fresh)).toEqual(spec);
    expect(specInForce({ ...fresh, invariants: [] })).toEqual({ ...spec, invariants: [] });
  });
});
