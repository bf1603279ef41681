/**
 * All rows of plans in the store, next to the runtime's own (src/durable/keys.ts).
 *
 *   p/<plan>                 plan record, for views
 *   w/<plan>                 why a child without an actor was cancelled: it had not started, or waited to be retried
 *   n/<plan>/<seq>           decision
 *   c/<plan>/<checkpoint>    checkpoint
 *   cs/<plan>/<checkpoint>   state of the machine at that checkpoint, as its difference from a base
 *   cb/<plan>/<checkpoint>   base: a complete state (checkpoint-states.ts)
 *   x/<plan>/<conflict>      conflict
 *   h/<plan>/<conflict>      its resolution
 *   j/<plan>/<seq>           journal: every event of the plan, in order
 *   b/<plan>/<seq>           rollback of the plan to a checkpoint
 *   k/<plan>/<seq>           correction of one decision of the plan
 *   as/<plan>/<session>      session of an agent that is a program, as its last run left it
 *   q/<root>/<approval>      approval of a tool call of the plan or a subplan, pending or answered
 *   ch/<root>/<seq>          files of the checkout that changed while agents of the plan, or of a subplan, worked
 *   g/<plan>                 the earliest start of the plan's current group of subplans
 *   g/<plan>/<child>         state of that child, as its parent's group last reported
 *   i/<invariant>            invariant of the project, in force in every plan of it
 *   f/<fingerprint>          failure pattern of the project (memory/failure-memory.ts)
 *   e/<digest>               validation that passed, by its input (memory/validation-cache.ts)
 *   sz/<root>                bytes of the records and pins of a finished plan and its subplans, once they are archived
 *   u/<plan>                 usage of the plan and its children
 *   at/<root>                the repository in which the plan worked last
 *   un/<root>                root plan that has not ended
 *   fm/<root>/<plan>         the plan belongs to the tree of this root plan
 *   id/<plan reversed>       the plan can be found by the end of its id
 *   y/<name>                 action
 *   l/<name>                 plan that used a single-use action
 *   v                        version of these rows (migrations.ts); absent: the first
 */
export const keys = {
  plan: (planId: string) => `p/${planId}`,
  plans: 'p/',
  cancelReason: (planId: string) => `w/${planId}`,
  cancelReasons: 'w/',
  allDecisions: 'n/',
  decision: (planId: string, seq: string) => `n/${planId}/${seq}`,
  decisions: (planId: string) => `n/${planId}/`,
  checkpoint: (planId: string, checkpointId: string) => `c/${planId}/${checkpointId}`,
  checkpoints: (planId: string) => `c/${planId}/`,
  allCheckpoints: 'c/',
  checkpointState: (planId: string, checkpointId: string) => `cs/${planId}/${checkpointId}`,
  checkpointBase: (planId: string, checkpointId: string) => `cb/${planId}/${checkpointId}`,
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
  session: (planId: string, sessionId: string) => `as/${planId}/${sessionId}`,
  sessions: (planId: string) => `as/${planId}/`,
  approval: (rootId: string, approvalId: string) => `q/${rootId}/${approvalId}`,
  approvals: (rootId: string) => `q/${rootId}/`,
  checkoutChange: (rootId: string, seq: string) => `ch/${rootId}/${seq}`,
  checkoutChanges: (rootId: string) => `ch/${rootId}/`,
  allCheckoutChanges: 'ch/',
  groupStart: (planId: string) => `g/${planId}`,
  subplanStatus: (planId: string, childId: string) => `g/${planId}/${childId}`,
  subplanStatuses: (planId: string) => `g/${planId}/`,
  unfinished: (rootId: string) => `un/${rootId}`,
  allUnfinished: 'un/',
  treeMember: (rootId: string, planId: string) => `fm/${rootId}/${planId}`,
  treeMembers: (rootId: string) => `fm/${rootId}/`,
  allTreeMembers: 'fm/',
  /** The prefixes of rows that only serve to find plans. */
  indexPrefixes: ['un/', 'fm/', 'id/'],
  /** Of an id or the end of one. */
  reversedId: (planId: string) => `id/${reverseId(planId)}`,
  /** All rows of one plan: keys of single rows, and prefixes of multiple rows. */
  singleRows: (planId: string) => [
    ...['p', 'w', 'g', 'u', 'sz', 'at', 'un'].map(letter => `${letter}/${planId}`),
    keys.reversedId(planId),
  ],
  rowPrefixes: (planId: string) =>
    ['n', 'c', 'cs', 'cb', 'x', 'h', 'j', 'b', 'g', 'k', 'q', 'ch', 'as', 'fm'].map(letter => `${letter}/${planId}/`),
  /** The prefixes of all rows that have a version. */
  versionedPrefixes: [
    'p',
    'w',
    'n',
    'c',
    'cs',
    'cb',
    'x',
    'h',
    'j',
    'b',
    'g',
    'k',
    'q',
    'ch',
    'as',
    'sz',
    'at',
    'un',
    'fm',
    'id',
    'u',
    'i',
    'f',
    'e',
    'y',
    'l',
  ].map(letter => `${letter}/`),
  version: 'v',
  treeSize: (rootId: string) => `sz/${rootId}`,
  place: (rootId: string) => `at/${rootId}`,
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

/** Returns an id with its end first, so that ids with the same end have the same prefix; of a reversed one, the id. */
export function reverseId(id: string): string {
  return [...id].reverse().join('');
}
