/** Plans with many subplans, in small: `npm run scale` has the large ones. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { type PlanEvent, TroupeError } from '../../src/index.ts';
import { sampleSpec, ulidOf } from '../machines/fixtures.ts';
import { runScale } from './scale.ts';
import { createStatusMonitor } from './status-monitor.ts';

let directory = '';

afterEach(() => rmSync(directory, { recursive: true, force: true }));

test(
  'A tree of plans three levels deep has correct statuses at every moment, and leaves nothing behind [R24, R26, R41, R73]',
  { timeout: 120_000 },
  async () => {
    directory = mkdtempSync(join(tmpdir(), 'troupe-scale-'));
    const shape = { name: 'small', files: 50, widths: [3, 2, 1], maxParallel: 2, needsEvery: 3, runsEvery: 2 };
    const figures = await runScale(shape, directory);
    expect(figures.violations).toEqual([]);
    expect(figures).toMatchObject({ plans: 16, peakRunning: 2, worktreesLeft: 0, processesLeft: 0 });
    // What the test runner itself opens meanwhile is not ours.
    expect(figures.handlesLeft).toBeLessThanOrEqual(2);
    expect(figures.peakPending).toBeGreaterThan(0);
  },
);

describe('The listener that checks statuses', () => {
  const [parent, child, other] = [ulidOf('P'), ulidOf('A'), ulidOf('B')];
  const at = { seq: '1', at: '2026-01-01T00:00:00.000Z' };
  type Change = Extract<PlanEvent, { type: 'subplan.changed' }>;
  const created = (planId: string): PlanEvent => ({
    type: 'plan.created',
    planId,
    spec: sampleSpec({ planId }),
    ...at,
  });
  const status = (planId: string, state: Change['status']['state'], more: Partial<Change['status']> = {}) =>
    ({
      ...{ planId, decisionId: ulidOf(`D${planId.slice(-1)}`.slice(-1)), goal: planId.slice(-1), state, attempt: 1 },
      ...{ error: null, attempts: [], treeOid: null, ...more },
    }) satisfies Change['status'];
  const changed = (
    planId: string,
    state: Change['status']['state'],
    more: Partial<Change['status']> = {},
  ): PlanEvent => ({
    type: 'subplan.changed',
    planId: parent,
    status: status(planId, state, more),
    ...at,
  });
  const moved = (planId: string, from: string, to: string): PlanEvent =>
    ({
      type: 'plan.phase_changed',
      planId,
      from: { phase: from.split('.')[0], state: from.split('.')[1] },
      to: { phase: to.split('.')[0], state: to.split('.')[1] },
      cause: 'x',
      ...at,
    }) as PlanEvent;
  const failure = new TroupeError('INTERNAL', 'x').toJSON();

  test.each<[string, PlanEvent[], RegExp]>([
    ['a plan created twice', [created(parent), created(parent)], /created twice/],
    ['an event of a plan that was not created', [changed(child, 'pending')], /was not created/],
    ['a subplan that begins at its end', [created(parent), changed(child, 'failed')], /begins as failed/],
    [
      'a subplan that is complete without having run',
      [created(parent), changed(child, 'pending'), changed(child, 'complete')],
      /from pending to complete/,
    ],
    [
      'a subplan that leaves its end',
      [created(parent), changed(child, 'pending'), changed(child, 'cancelled'), changed(child, 'running')],
      /from cancelled to running/,
    ],
    [
      'a retry that is not counted',
      [
        created(parent),
        changed(child, 'pending'),
        changed(child, 'running'),
        changed(child, 'pending', { attempts: [{ attempt: 1, error: failure, wasRetried: true }] }),
        changed(child, 'running', { attempts: [{ attempt: 1, error: failure, wasRetried: true }] }),
      ],
      /at attempt 1, not 2/,
    ],
    [
      'more at once than the cap',
      [created(parent), ...[child, other].flatMap(id => [changed(id, 'pending'), changed(id, 'running')])],
      /2 subplans of .* run at once/,
    ],
    [
      'a move from where the plan is not',
      [created(parent), moved(parent, 'execute.queued', 'execute.processing')],
      /was at strategize.queued and leaves execute.queued/,
    ],
    [
      'a subplan at work that is not running',
      [
        created(parent),
        created(child),
        changed(child, 'pending'),
        moved(child, 'strategize.queued', 'strategize.processing'),
      ],
      /at work while it is pending/,
    ],
  ])('finds %s', (_, events, expected) => {
    const watch = createStatusMonitor(() => 1);
    for (const event of events) watch.observe(event);
    expect(watch.violations.join('\n')).toMatch(expected);
  });

  test('finds a subplan that runs before its dependencies, and a record with another status', () => {
    const watch = createStatusMonitor(() => 2);
    const [first, second] = [status(child, 'pending'), status(other, 'pending')];
    watch.observe(created(parent));
    const decision = { decisionId: second.decisionId, payload: { dependencies: [first.decisionId] } };
    watch.observe({ type: 'decision.recorded', planId: parent, decision, ...at } as unknown as PlanEvent);
    for (const id of [child, other]) watch.observe(changed(id, 'pending'));
    watch.observe(changed(other, 'running'));
    expect(watch.violations).toEqual(['"B" runs before "A" is complete']);
    watch.compare({ ...sampleSpec({ planId: parent }), subplanStatuses: [first] } as never);
    expect(watch.violations.slice(1)).toEqual([`${parent} lists 1 subplans, not 2`]);
    watch.compare({ ...sampleSpec({ planId: parent }), subplanStatuses: [first, second] } as never);
    expect(watch.violations.at(-1)).toMatch(/says "B" is pending, the events running/);
  });
});
