/** Actions that add invariants to a running plan, or remove them. */
import type { Invariant } from '../../../src/model/invariant.ts';
import { enqueueActions } from '../typed-actions.ts';

export const invariantActions = {
  /** In force for work that starts later, at the next phase boundary at the latest. */
  addInvariant: enqueueActions(
    ({ context: { spec, invariants }, enqueue }, { invariant }: { invariant: Invariant }) => {
      enqueue.assign({
        spec: { ...spec, invariants: [...spec.invariants, invariant] },
        invariants: invariants && [...invariants, invariant],
      });
      enqueue.emit({ type: 'invariant.added', planId: spec.planId, invariant });
    },
  ),
  removeInvariant: enqueueActions(
    ({ context: { spec, invariants }, enqueue }, { invariantId }: { invariantId: string }) => {
      const others = (each: Invariant) => each.invariantId !== invariantId;
      enqueue.assign({
        spec: { ...spec, invariants: spec.invariants.filter(others) },
        invariants: invariants?.filter(others),
      });
      enqueue.emit({ type: 'invariant.removed', planId: spec.planId, invariantId });
    },
  ),
};
