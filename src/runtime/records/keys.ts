/**
 * The rows that plans keep in the store beside the runtime's own (src/durable/keys.ts). The one place that knows them.
 *
 *   p/<plan>                 plan record, for views
 *   w/<plan>                 why a child was cancelled that no actor speaks for: it had not started, or waited to be retried
 *   n/<plan>/<seq>           decision
 *   c/<plan>/<checkpoint>    checkpoint
 *   x/<plan>/<conflict>      conflict
 *   h/<plan>/<conflict>      how it was settled
 *   j/<plan>/<seq>           journal: every fact of the plan, in order
 *   b/<plan>/<seq>           the plan taken back to a checkpoint
 *   k/<plan>/<seq>           one decision of the plan corrected
 *   q/<root>/<approval>      tool call of the plan or one below it that waits for a person, or did
 *   ch/<root>/<seq>          files of the checkout that changed while agents of the plan, or of one below it, worked
 *   g/<plan>                 since when the plan's present group of subplans may have begun
 *   g/<plan>/<child>         where that child stands, as its parent's group last said
 *   i/<invariant>            invariant of the project, in force in every plan of it
 *   f/<fingerprint>          failure pattern of the project (patterns.ts)
 *   e/<digest>               check that passed, by what it checked (passes.ts)
 *   u/<plan>                 what the plan and its children have spent
 *   y/<name>                 action
 *   l/<name>                 plan that used an action which may be used for one plan
 *   v                        version of these rows (records.ts); absent: the first
 */
export const keys = {
  plan: (planId: string) => `p/${planId}`,
  plans: 'p/',
  cancelReason: (planId: string) => `w/${planId}`,
  cancelReasons: 'w/',
  decision: (planId: string, seq: string) => `n/${planId}/${seq}`,
  decisions: (planId: string) => `n/${planId}/`,
  checkpoint: (planId: string, checkpointId: string) => `c/${planId}/${checkpointId}`,
  checkpoints: (planId: string) => `c/${planId}/`,
  conflict: (planId: string, conflictId: string) => `x/${planId}/${conflictId}`,
  conflicts: (planId: string) => `x/${planId}/`,
  resolution: (planId: string, conflictId: string) => `h/${planId}/${conflictId}`,
  event: (planId: string, seq: string) => `j/${planId}/${seq}`,
  journal: (planId: string) => `j/${planId}/`,
  journals: 'j/',
  rollback: (planId: string, seq: string) => `b/${planId}/${seq}`,
  rollbacks: (planId: string) => `b/${planId}/`,
  correction: (planId: string, seq: string) => `k/${planId}/${seq}`,
  corrections: (planId: string) => `k/${planId}/`,
  approval: (rootId: string, approvalId: string) => `q/${rootId}/${approvalId}`,
  approvals: (rootId: string) => `q/${rootId}/`,
  checkoutChange: (rootId: string, seq: string) => `ch/${rootId}/${seq}`,
  checkoutChanges: (rootId: string) => `ch/${rootId}/`,
  allCheckoutChanges: 'ch/',
  groupStart: (planId: string) => `g/${planId}`,
  subplanStatus: (planId: string, childId: string) => `g/${planId}/${childId}`,
  subplanStatuses: (planId: string) => `g/${planId}/`,
  /** All rows of one plan: those it has one of, and the beginnings of those it has many of. */
  singleRows: (planId: string) => [`p/${planId}`, `w/${planId}`, `g/${planId}`, `u/${planId}`],
  rowPrefixes: (planId: string) =>
    ['n', 'c', 'x', 'h', 'j', 'b', 'g', 'k', 'q', 'ch'].map(letter => `${letter}/${planId}/`),
  /** The beginnings of all rows that have a version. */
  versionedPrefixes: ['p', 'w', 'n', 'c', 'x', 'h', 'j', 'b', 'g', 'k', 'q', 'ch', 'u', 'i', 'f', 'e', 'y', 'l'].map(
    letter => `${letter}/`,
  ),
  version: 'v',
  usage: (planId: string) => `u/${planId}`,
  usages: 'u/',
  invariant: (invariantId: string) => `i/${invariantId}`,
  invariants: 'i/',
  pattern: (fingerprint: string) => `f/${fingerprint}`,
  patterns: 'f/',
  validation: (checked: string) => `e/${checked}`,
  validations: 'e/',
  action: (nameKey: string) => `y/${nameKey}`,
  actions: 'y/',
  planOfAction: (nameKey: string) => `l/${nameKey}`,
} as const;
