import { expect, test } from 'vitest';
import type { SandboxInfo } from '../../../src/ports/project.ts';
import { groupByRoot } from '../../../src/runtime/gc/plan-trees.ts';
import { selectGarbage } from '../../../src/runtime/gc/select.ts';
import { recordFromSpec } from '../../../src/runtime/records/plan-record.ts';
import { planSpec } from '../../fixtures.ts';

const spec = planSpec();
const record = { ...recordFromSpec(spec, spec.createdAt), state: 'cancelled' as const };

const chosen = (more: Partial<SandboxInfo>, taken: readonly string[] = []) =>
  selectGarbage({
    planTrees: groupByRoot([record], new Set()),
    inventory: {
      sandboxes: [
        {
          key: `${record.planId}/main`,
          path: '/one',
          folder: true,
          registered: true,
          bytes: 10,
          changedMs: 0,
          ...more,
        },
      ],
      refs: taken.map(name => ({ name, oid: 'a'.repeat(40), changedMs: null })),
      leftovers: [],
    },
    logs: {},
    sizes: new Map(),
    cutoffMs: Date.parse(record.updatedAt) + 1,
    maxBytes: 0,
  });

test('a sandbox of a plan that has ended goes and is pinned among what the plan has, beside what is pinned there', () => {
  const wanted = `plans/${record.planId}/${record.planId}/main`;
  const [sandbox, plan] = chosen({});
  expect(sandbox).toMatchObject({ kind: 'sandbox', why: 'its plan has ended', planId: record.planId, pin: wanted });
  expect(plan).toMatchObject({ kind: 'plan', name: record.planId, bytes: 0 });
  expect(chosen({}, [wanted])[0]).toMatchObject({ pin: `${wanted}-0` });
});

test('a sandbox that no plan knows is pinned among what was lost, and a folder without registration is not', () => {
  expect(chosen({ key: 'no/plan' })[0]).toMatchObject({ why: 'no plan knows it', planId: null, pin: 'lost/no-plan' });
  expect(chosen({ key: null, registered: false })[0]).toMatchObject({ why: 'its registration is gone', pin: null });
});
