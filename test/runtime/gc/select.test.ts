import { expect, test } from 'vitest';
import type { SandboxInfo } from '../../../src/ports/project-inventory.ts';
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

test('the sandbox of a finished plan is removed and pinned beside the pins that the plan already has', () => {
  const wanted = `saved/${record.planId}/${record.planId}/main`;
  const [sandbox, plan] = chosen({});
  expect(sandbox).toMatchObject({ kind: 'sandbox', why: 'its plan has ended', planId: record.planId, pin: wanted });
  expect(plan).toMatchObject({ kind: 'plan', name: record.planId, bytes: 0 });
  expect(chosen({}, [wanted])[0]).toMatchObject({ pin: `${wanted}-0` });
});

test('a sandbox of no known plan is pinned as lost, and an unregistered folder is not pinned', () => {
  expect(chosen({ key: 'no/plan' })[0]).toMatchObject({ why: 'no plan knows it', planId: null, pin: 'lost/no-plan' });
  expect(chosen({ key: null, registered: false })[0]).toMatchObject({ why: 'its registration is gone', pin: null });
});
