/**
 * A plan: strategize → execute → apply, as one chart. The chart decides, effects act, subplans are plans of their own, and the parent
 * grants slots. The actor that spawns a plan (the runtime a root plan, a group a subplan) emits `plan.created`, so that clients
 * see the plan before it runs.
 *
 * 1. No execute before Strategize is COMPLETE, no apply before Execute is complete (`mayExecute`, `mayApply`).
 * 2. Never applied with a failed required validation or an open conflict (`isValid`, `mayApply`, `isApplySuccessful`).
 * 3. At most three reversions (`mayRevert`). 4. Nothing leaves a final state.
 * 5. Each resting state has a way out. 6. Every move between (phase, state) pairs emits `plan.phase_changed`.
 * `npm run prove` explores the whole state space for these. The guards of commands are in command-guards.ts, the other guards
 * in guards.ts, the actions in actions/, the inputs of effects in inputs.ts. The states and transitions are all here, written
 * out: test/machines/charts.test.ts checks it.
 */
/* Outline, written by `npm run charts`.
 * Each position, with the events it rests for or the steps it works in, and the moves out of it: event or outcome of a
 * step [what must hold] → position. "At once" is without an event. A plan begins in strategize.queued.
 *
 * strategize.queued: rests (start, execute); works in checking, reconciling
 *   preflight failed, reconciliation failed [subplan] → strategize.processing
 *   reconciliation done [reconciled] → strategize.processing
 *   reconciliation done [not reconciled, subplan] → strategize.processing
 * strategize.processing: works in working, estimating, recovering
 *   strategize done [has no estimation agent] → strategize.complete
 *   estimate done, estimate failed → strategize.complete
 *   recover done, recover failed → strategize.errored
 *   at once [has no strategy agent, has no estimation agent] → strategize.complete
 * strategize.complete: rests (execute, edit); works in reconciling
 *   reconciliation done [reconciled] → execute.queued
 *   reconciliation done [not reconciled, subplan] → strategize.processing
 *   reconciliation failed [subplan] → strategize.processing
 * strategize.errored: rests (start, execute)
 *   start, execute → strategize.queued
 *   at once [subplan] → finishing
 * execute.queued: rests in rolledBack (execute); works in waiting
 *   start → execute.processing
 *   at once [subplan] → execute.processing
 * execute.processing: works in preparing, working, creatingSubplans, runningSubplans, subplansDone, merging,
 *     waitingForSlot, restoringTree, validating, reviewing, describing, reconciling, recovering
 *   merge.conflicted → execute.conflicted
 *   reconciliation done [reconciled] → execute.complete
 *   recover done, recover failed → execute.errored
 * execute.conflicted: rests (resolve, merge.conflicted, merge.reopened, merge.resumed); works in
 *     writingConflictMarkers, resolving
 *   merge.resumed [has no conflicts] → execute.processing
 *   restoreTree failed → execute.processing
 * execute.complete: rests (apply); works in reconciling
 *   reconciliation done [reconciled] → apply.queued
 *   at once [subplan] → finishing
 * execute.errored: rests (execute)
 *   execute [may execute] → execute.queued
 *   at once [subplan] → finishing
 * apply.queued: rests (approve, apply)
 *   approve, apply, at once [approved] → apply.processing
 * apply.processing: works in apply
 *   apply done [apply successful] → finishing
 *   apply done [stopped before apply] → stopping
 *   apply done [apply failed] → apply.errored
 *   apply done [not apply successful, not stopped before apply, not apply failed] → apply.constrained
 *   apply failed [stopping] → stopping
 *   apply failed [not stopping] → apply.errored
 * apply.constrained: rests (apply); works in reconciling
 *   reconciliation done [reconciled] → apply.queued
 * apply.errored: rests (apply); works in reconciling
 *   reconciliation done [reconciled] → apply.queued
 * paused: rests (resume)
 *   resume [may resume] → resuming
 * resuming: works in checking, reconciling, waitingForSlot
 *   preflight failed, reconciliation failed [subplan] → stopping
 *   preflight failed, reconciliation failed [not subplan] → paused
 *   reconciliation done [reconciled, needs no slot to resume] → back where it was
 *   reconciliation done [not reconciled, subplan] → stopping
 *   reconciliation done [not reconciled, not subplan] → paused
 *   start → back where it was
 *   at once [needs no slot to resume] → back where it was
 * rollingBack: works in restoring, stoppingSubplans
 *   rollback done [has no running subplans, subplan] → execute.queued
 *   rollback done [has no running subplans, not subplan] → execute.queued
 *   rollback failed [was paused] → paused
 *   rollback failed [was not paused] → resuming
 *   subplans done, subplans failed [subplan] → execute.queued
 *   subplans done, subplans failed [not subplan] → execute.queued
 * correcting: works in preparing, stoppingSubplans, reconciling
 *   correction done [not corrected, was paused] → paused
 *   correction done [not corrected, was not paused] → resuming
 *   correction failed [was paused] → paused
 *   correction failed [was not paused] → resuming
 *   reconciliation done, reconciliation failed [has strategy] → execute.queued
 *   reconciliation done, reconciliation failed [has no strategy] → strategize.queued
 * stopping: works in finishingPartialApply, stoppingSubplans, archivingSandbox
 *   subplans done, subplans failed [reverting] → strategize.queued
 *   archiveSandbox done, archiveSandbox failed [cancelled] → cancelled
 *   archiveSandbox done, archiveSandbox failed [not cancelled] → failed
 *   at once [not started] → cancelled
 *   at once [not applying part, has no running subplans, reverting] → strategize.queued
 * finishing: works in archivingSandbox
 *   archiveSandbox done, archiveSandbox failed [applied] → applied
 *   archiveSandbox done, archiveSandbox failed [complete] → completed
 *   archiveSandbox done, archiveSandbox failed [not applied, not complete] → failed
 *
 * Written once for all positions
 * from strategize.queued to apply.errored:
 *   pause [may pause] → paused
 *   revert [may revert] → stopping
 * from strategize.queued to correcting:
 *   cancel [may cancel] → stopping, except in apply.processing
 *   rollback [may roll back] → rollingBack
 *   correct [may correct] → correcting
 *   expire [subplan] → stopping
 *   subplans failed → execute.processing
 *   merge failed → execute.processing
 *
 * ends: applied, completed, failed, cancelled
 * End of the outline. */
import { expiredAnswer } from './actions/approvals.ts';
import { createPlanContext, positionBeforePause } from './context.ts';
import { inputs } from './inputs.ts';
import { errorFromOutput, planOutput } from './output.ts';
import { planSetup } from './setup.ts';

/** The plan machine: the whole life of a plan. Its effects must be provided; `subplans` must be bound with {@link bindPlanMachine}. */
export const planMachine = planSetup.createMachine({
  id: 'plan',
  options: { maxIterations: 1000 },
  context: ({ input }) => createPlanContext(input),
  initial: 'active',
  on: {
    'xstate.done.actor.partialApply': {
      actions: [
        { type: 'recordPartialApply', params: ({ event }) => event },
        { type: 'stopFinishedChild', params: ({ event }) => event },
      ],
    },
    'xstate.error.actor.partialApply': {
      actions: [
        { type: 'recordPartialApplyFailed', params: ({ event }) => event },
        { type: 'stopFinishedChild', params: ({ event }) => event },
      ],
    },
    'xstate.done.actor.*': { actions: { type: 'stopFinishedChild', params: ({ event }) => event } },
    'xstate.error.actor.*': { actions: { type: 'stopFinishedChild', params: ({ event }) => event } },
  },
  states: {
    /** Everything a plan can be while it is neither ending nor ended. */
    active: {
      initial: 'lifecycle',
      on: {
        cancel: {
          guard: 'mayCancel',
          target: '#plan.stopping',
          actions: { type: 'stopForCancel', params: ({ event }) => event },
        },
        rollback: {
          guard: 'mayRollBack',
          target: '#plan.active.rollingBack',
          actions: ['pauseChildren', 'savePosition', { type: 'setRollback', params: ({ event }) => event }],
        },
        correct: {
          guard: { type: 'mayCorrect', params: ({ event }) => event },
          target: '#plan.active.correcting',
          actions: ['pauseChildren', 'savePosition', { type: 'setCorrection', params: ({ event }) => event }],
        },
        applyPart: {
          guard: { type: 'mayApplyPart', params: ({ event }) => event },
          actions: { type: 'startPartialApply', params: ({ event }) => event },
        },
        expire: {
          guard: 'isSubplan',
          target: '#plan.stopping',
          actions: { type: 'stopForTimeout', params: ({ event }) => event },
        },
        checkpoint: { guard: 'hasSandbox', actions: { type: 'recordCheckpoint', params: ({ event }) => event } },
        deleteCheckpoint: { actions: { type: 'emitCheckpointDeleted', params: ({ event }) => event } },
        prompt: { guard: 'mayPrompt', actions: { type: 'addGuidance', params: ({ event }) => event } },
        'attempt.delayed': { actions: ['withdrawApprovals', { type: 'setRetryDelay', params: ({ event }) => event }] },
        'attempt.resumed': { actions: 'clearRetryDelay' },
        'approval.requested': { actions: { type: 'openApproval', params: ({ event }) => event } },
        'approval.expired': {
          guard: { type: 'isApprovalPending', params: ({ event }) => event },
          actions: {
            type: 'closeApproval',
            params: ({ event: { approvalId } }) => ({ approvalId, answer: expiredAnswer }),
          },
        },
        answerApproval: {
          guard: { type: 'isApprovalPending', params: ({ event }) => event },
          actions: { type: 'closeApproval', params: ({ event }) => event },
        },
        'agent.queued': { actions: { type: 'setAgentQueue', params: ({ event }) => event } },
        'agent.admitted': { actions: 'clearAgentQueue' },
        addInvariant: { actions: { type: 'addInvariant', params: ({ event }) => event } },
        removeInvariant: {
          guard: { type: 'hasInvariant', params: ({ event }) => event },
          actions: { type: 'removeInvariant', params: ({ event }) => event },
        },
        start: { guard: 'isWaitingForSlot', actions: 'acquireSlot' },
        'subplans.idle': { guard: 'hasRunningSubplans', actions: 'setSubplansIdle' },
        'subplans.ready': { guard: 'hasRunningSubplans', actions: 'setSubplansBusy' },
        'step.completed': { actions: { type: 'setCompletedStep', params: ({ event }) => event } },
        /** The group and the merge fail only by a bug; a plan that has lost them must not wait for them. */
        'xstate.error.actor.subplans': {
          target: '#plan.active.lifecycle.execute.processing.recovering',
          actions: ['stopSubplans', 'stopMerge', 'endHold', { type: 'setError', params: ({ event }) => event }],
        },
        'xstate.error.actor.merge': {
          target: '#plan.active.lifecycle.execute.processing.recovering',
          actions: ['stopSubplans', 'stopMerge', 'endHold', { type: 'setError', params: ({ event }) => event }],
        },
      },
      states: {
        lifecycle: {
          initial: 'strategize',
          on: {
            pause: { guard: 'mayPause', target: '#plan.active.paused', actions: ['pauseChildren', 'savePosition'] },
            revert: {
              guard: 'mayRevert',
              target: '#plan.stopping',
              actions: { type: 'stopForRevert', params: ({ event }) => event },
            },
          },
          states: {
            /** Read-only. Only `complete` leads from here to Execute, through a reconciliation. */
            strategize: {
              initial: 'queued',
              tags: ['phase:strategize'],
              on: {
                execute: { guard: 'mayExecute', actions: 'autoContinue' },
              },
              states: {
                queued: {
                  tags: ['state:queued'],
                  entry: { type: 'setPosition', params: { phase: 'strategize', state: 'queued' } },
                  initial: 'routing',
                  states: {
                    routing: { always: [{ guard: 'isSubplan', target: 'checking' }, { target: 'waiting' }] },
                    waiting: {
                      tags: ['resting'],
                      entry: 'setResting',
                      exit: 'clearResting',
                      on: { start: 'checking', execute: { target: 'checking', actions: 'autoContinue' } },
                    },
                    checking: {
                      tags: ['checking'],
                      entry: ['recordPrompt', 'clearError'],
                      invoke: {
                        id: 'preflight',
                        src: 'preflight',
                        input: inputs.preflight,
                        onDone: 'reconciling',
                        onError: { target: 'blocked', actions: { type: 'setError', params: ({ event }) => event } },
                      },
                    },
                    reconciling: {
                      tags: ['checking'],
                      invoke: {
                        id: 'reconciliation',
                        src: 'reconciliation',
                        input: inputs.reconcileStrategize,
                        onDone: [
                          {
                            guard: { type: 'isReconciled', params: ({ event }) => event.output },
                            target: '#plan.active.lifecycle.strategize.processing',
                            actions: { type: 'setInvariants', params: ({ event }) => event },
                          },
                          {
                            target: 'blocked',
                            actions: { type: 'setOutputError', params: ({ event }) => event.output },
                          },
                        ],
                        onError: { target: 'blocked', actions: { type: 'setError', params: ({ event }) => event } },
                      },
                    },
                    blocked: {
                      always: [
                        { guard: 'isSubplan', target: '#plan.active.lifecycle.strategize.processing.recovering' },
                        { target: 'waiting', actions: 'emitBlocked' },
                      ],
                    },
                  },
                },
                processing: {
                  tags: ['state:processing'],
                  entry: { type: 'setPosition', params: { phase: 'strategize', state: 'processing' } },
                  initial: 'init',
                  states: {
                    init: { always: [{ guard: 'hasNoStrategyAgent', target: 'strategyReady' }, { target: 'working' }] },
                    working: {
                      entry: 'deliverGuidance',
                      exit: 'endAgentWork',
                      invoke: {
                        id: 'strategize',
                        src: 'strategize',
                        input: inputs.strategize,
                        onDone: {
                          target: 'strategyReady',
                          actions: [
                            { type: 'recordDecisions', params: ({ event }) => event.output },
                            { type: 'setStrategy', params: ({ event }) => ({ found: event.output }) },
                          ],
                        },
                        onError: { target: 'recovering', actions: { type: 'setError', params: ({ event }) => event } },
                      },
                    },
                    strategyReady: {
                      entry: 'setStrategyReady',
                      always: [
                        { guard: 'hasEstimationAgent', target: 'estimating' },
                        { target: '#plan.active.lifecycle.strategize.complete' },
                      ],
                    },
                    /** Informational: Strategize is complete with an estimate or without. */
                    estimating: {
                      exit: 'clearAgentQueue',
                      invoke: {
                        id: 'estimate',
                        src: 'estimate',
                        input: inputs.estimate,
                        onDone: {
                          target: '#plan.active.lifecycle.strategize.complete',
                          actions: { type: 'setEstimate', params: ({ event }) => ({ found: event.output }) },
                        },
                        onError: '#plan.active.lifecycle.strategize.complete',
                      },
                    },
                    recovering: {
                      invoke: {
                        id: 'recover',
                        src: 'recover',
                        input: inputs.recoverStrategize,
                        onDone: {
                          target: '#plan.active.lifecycle.strategize.errored',
                          actions: { type: 'recordRecovery', params: ({ event }) => ({ found: event.output }) },
                        },
                        onError: {
                          target: '#plan.active.lifecycle.strategize.errored',
                          actions: { type: 'recordFailedRecovery', params: ({ event }) => event },
                        },
                      },
                    },
                  },
                },
                complete: {
                  tags: ['state:complete'],
                  entry: { type: 'setPosition', params: { phase: 'strategize', state: 'complete' } },
                  initial: 'routing',
                  states: {
                    routing: {
                      always: [{ guard: 'continuesToExecute', target: 'reconciling' }, { target: 'resting' }],
                    },
                    resting: {
                      tags: ['resting'],
                      entry: 'setResting',
                      exit: 'clearResting',
                      on: {
                        execute: { target: 'reconciling', actions: 'clearError' },
                        edit: { actions: { type: 'recordEdit', params: ({ event }) => event } },
                      },
                    },
                    reconciling: {
                      tags: ['checking'],
                      invoke: {
                        id: 'reconciliation',
                        src: 'reconciliation',
                        input: inputs.reconcileExecute,
                        onDone: [
                          {
                            guard: { type: 'isReconciled', params: ({ event }) => event.output },
                            target: '#plan.active.lifecycle.execute.queued',
                            actions: { type: 'setInvariants', params: ({ event }) => event },
                          },
                          {
                            target: 'blocked',
                            actions: { type: 'setOutputError', params: ({ event }) => event.output },
                          },
                        ],
                        onError: { target: 'blocked', actions: { type: 'setError', params: ({ event }) => event } },
                      },
                    },
                    blocked: {
                      always: [
                        { guard: 'isSubplan', target: '#plan.active.lifecycle.strategize.processing.recovering' },
                        { target: 'resting', actions: 'emitBlocked' },
                      ],
                    },
                  },
                },
                errored: {
                  tags: ['state:errored'],
                  entry: { type: 'setPosition', params: { phase: 'strategize', state: 'errored' } },
                  initial: 'routing',
                  states: {
                    routing: { always: [{ guard: 'isSubplan', target: '#plan.finishing' }, { target: 'resting' }] },
                    resting: {
                      tags: ['resting'],
                      entry: 'setResting',
                      exit: 'clearResting',
                      on: {
                        start: '#plan.active.lifecycle.strategize.queued.checking',
                        execute: {
                          target: '#plan.active.lifecycle.strategize.queued.checking',
                          actions: 'autoContinue',
                        },
                      },
                    },
                  },
                },
              },
            },
            /**
             * Work in a sandbox, then subplans, merge, validation and review. A subplan ends here and its group takes the result; a root
             * plan rests at `complete`. A conflict rests it at `conflicted` until every file is resolved.
             */
            execute: {
              initial: 'queued',
              tags: ['phase:execute'],
              states: {
                queued: {
                  tags: ['state:queued'],
                  entry: { type: 'setPosition', params: { phase: 'execute', state: 'queued' } },
                  initial: 'routing',
                  states: {
                    routing: {
                      always: [
                        { guard: 'isSubplan', target: '#plan.active.lifecycle.execute.processing' },
                        { target: 'waiting' },
                      ],
                    },
                    /** After a rollback the plan waits until you continue it. */
                    rolledBack: {
                      tags: ['resting'],
                      entry: 'setResting',
                      exit: 'clearResting',
                      on: { execute: 'waiting' },
                    },
                    /** Root plans wait for a slot; subplans do not, their group has its own limit. */
                    waiting: {
                      entry: { type: 'requestSlot', params: { resumes: false } },
                      exit: 'releaseSlot',
                      on: { start: { target: '#plan.active.lifecycle.execute.processing', actions: 'acquireSlot' } },
                    },
                  },
                },
                processing: {
                  tags: ['state:processing'],
                  entry: { type: 'setPosition', params: { phase: 'execute', state: 'processing' } },
                  exit: 'releaseRootSlot',
                  initial: 'preparing',
                  states: {
                    preparing: {
                      entry: 'startExecute',
                      invoke: {
                        id: 'prepare',
                        src: 'prepare',
                        input: inputs.prepare,
                        onDone: {
                          target: 'prepared',
                          actions: [
                            { type: 'setSandbox', params: ({ event }) => ({ found: event.output }) },
                            { type: 'recordCheckpoint', params: ({ event }) => event.output },
                          ],
                        },
                        onError: { target: 'recovering', actions: { type: 'setError', params: ({ event }) => event } },
                      },
                    },
                    prepared: {
                      always: [
                        { guard: 'isAgentWorkDone', target: 'creatingSubplans', actions: 'reuseWork' },
                        { target: 'working' },
                      ],
                    },
                    working: {
                      entry: 'deliverGuidance',
                      exit: 'endAgentWork',
                      invoke: {
                        id: 'execute',
                        src: 'execute',
                        input: inputs.execute,
                        onDone: {
                          target: 'creatingSubplans',
                          actions: [
                            { type: 'recordDecisions', params: ({ event }) => event.output },
                            { type: 'setWork', params: ({ event }) => ({ found: event.output }) },
                          ],
                        },
                        onError: { target: 'recovering', actions: { type: 'setError', params: ({ event }) => event } },
                      },
                    },
                    creatingSubplans: {
                      invoke: {
                        id: 'createSubplans',
                        src: 'createSubplans',
                        input: inputs.createSubplans,
                        onDone: [
                          {
                            guard: { type: 'hasSubplansToRun', params: ({ event }) => event.output },
                            target: 'runningSubplans',
                            actions: [
                              { type: 'recordCheckpoint', params: ({ event }) => event.output },
                              { type: 'startSubplans', params: ({ event }) => event.output },
                            ],
                          },
                          { target: 'validating' },
                        ],
                        onError: { target: 'recovering', actions: { type: 'setError', params: ({ event }) => event } },
                      },
                    },
                    /** The group and the merge go on while the plan is paused: they are spawned, not invoked. */
                    runningSubplans: {
                      on: {
                        'xstate.done.actor.subplans': [
                          {
                            guard: { type: 'isSubplansComplete', params: ({ event }) => event.output },
                            target: 'subplansDone',
                            actions: { type: 'setSubplanResults', params: ({ event }) => event },
                          },
                          {
                            target: 'recovering',
                            actions: [
                              { type: 'setSubplanResults', params: ({ event }) => event },
                              'setReusablePlans',
                              { type: 'setOutputError', params: ({ event }) => event.output },
                            ],
                          },
                        ],
                      },
                    },
                    /** While a part is being applied the merge waits: it begins with the commit of that part. */
                    subplansDone: { always: { guard: 'isNotApplyingPart', target: 'merging', actions: 'startMerge' } },
                    merging: {
                      on: {
                        'merge.conflicted': {
                          target: '#plan.active.lifecycle.execute.conflicted',
                          actions: { type: 'setConflicts', params: ({ event }) => event },
                        },
                        'xstate.done.actor.merge': [
                          {
                            guard: { type: 'isMerged', params: ({ event }) => event.output },
                            target: 'acquiringSlot',
                            actions: ['stopMerge', { type: 'setMergedTree', params: ({ event }) => event }],
                          },
                          {
                            target: 'recovering',
                            actions: ['stopMerge', { type: 'setOutputError', params: ({ event }) => event.output }],
                          },
                        ],
                      },
                    },
                    /** A plan that gave its slot back while it was conflicted waits for another before it continues. */
                    acquiringSlot: {
                      always: [{ guard: 'needsSlot', target: 'waitingForSlot' }, { target: 'restoringTree' }],
                    },
                    waitingForSlot: {
                      entry: { type: 'requestSlot', params: { resumes: true } },
                      on: { start: { target: 'restoringTree', actions: 'acquireSlot' } },
                    },
                    restoringTree: {
                      invoke: {
                        id: 'restoreTree',
                        src: 'restoreTree',
                        input: inputs.restoreMergedTree,
                        onDone: 'validating',
                        onError: { target: 'recovering', actions: { type: 'setError', params: ({ event }) => event } },
                      },
                    },
                    validating: {
                      exit: 'endAgentWork',
                      invoke: {
                        id: 'validation',
                        src: 'validation',
                        input: inputs.validation,
                        onDone: [
                          {
                            guard: { type: 'isValid', params: ({ event }) => event.output },
                            target: 'reviewing',
                            actions: { type: 'setValidation', params: ({ event }) => event },
                          },
                          {
                            target: 'recovering',
                            actions: [
                              { type: 'setValidation', params: ({ event }) => event },
                              { type: 'setOutputError', params: ({ event }) => event.output },
                            ],
                          },
                        ],
                        onError: { target: 'recovering', actions: { type: 'setError', params: ({ event }) => event } },
                      },
                    },
                    reviewing: {
                      invoke: {
                        id: 'review',
                        src: 'review',
                        input: inputs.review,
                        onDone: {
                          target: 'reviewed',
                          actions: [
                            { type: 'setReview', params: ({ event }) => ({ found: event.output }) },
                            { type: 'recordCheckpoint', params: ({ event }) => event.output },
                          ],
                        },
                        onError: { target: 'recovering', actions: { type: 'setError', params: ({ event }) => event } },
                      },
                    },
                    reviewed: { always: [{ guard: 'needsMessage', target: 'describing' }, { target: 'reconciling' }] },
                    /** The applyActor writes the message of the commit. If it fails, the default message stays. */
                    describing: {
                      exit: 'clearAgentQueue',
                      invoke: {
                        id: 'describe',
                        src: 'describe',
                        input: inputs.describe,
                        onDone: {
                          target: 'reconciling',
                          actions: [
                            { type: 'recordDecisions', params: ({ event }) => event.output },
                            { type: 'setCommitMessage', params: ({ event }) => ({ found: event.output }) },
                          ],
                        },
                        onError: { target: 'recovering', actions: { type: 'setError', params: ({ event }) => event } },
                      },
                    },
                    reconciling: {
                      tags: ['checking'],
                      invoke: {
                        id: 'reconciliation',
                        src: 'reconciliation',
                        input: inputs.reconcileResult,
                        onDone: [
                          {
                            guard: { type: 'isReconciled', params: ({ event }) => event.output },
                            target: '#plan.active.lifecycle.execute.complete',
                            actions: { type: 'setInvariants', params: ({ event }) => event },
                          },
                          {
                            target: 'recovering',
                            actions: { type: 'setOutputError', params: ({ event }) => event.output },
                          },
                        ],
                        onError: { target: 'recovering', actions: { type: 'setError', params: ({ event }) => event } },
                      },
                    },
                    recovering: {
                      invoke: {
                        id: 'recover',
                        src: 'recover',
                        input: inputs.recoverExecute,
                        onDone: {
                          target: '#plan.active.lifecycle.execute.errored',
                          actions: { type: 'recordRecovery', params: ({ event }) => ({ found: event.output }) },
                        },
                        onError: {
                          target: '#plan.active.lifecycle.execute.errored',
                          actions: { type: 'recordFailedRecovery', params: ({ event }) => event },
                        },
                      },
                    },
                  },
                },
                /** Subplans changed the same lines. The files are in the sandbox with conflict markers, for you or a policy to resolve. */
                conflicted: {
                  tags: ['state:conflicted'],
                  entry: { type: 'setPosition', params: { phase: 'execute', state: 'conflicted' } },
                  initial: 'writingConflictMarkers',
                  on: {
                    resolve: {
                      guard: { type: 'mayResolve', params: ({ event }) => event },
                      target: '.resolving',
                      actions: { type: 'resolveConflict', params: ({ event }) => event },
                    },
                    'merge.conflicted': {
                      target: '.writingConflictMarkers',
                      actions: { type: 'setConflicts', params: ({ event }) => event },
                    },
                    'merge.reopened': { actions: { type: 'reopenConflict', params: ({ event }) => event } },
                    'merge.resumed': {
                      guard: 'hasNoConflicts',
                      target: '#plan.active.lifecycle.execute.processing.merging',
                      actions: 'clearError',
                    },
                  },
                  states: {
                    writingConflictMarkers: {
                      invoke: {
                        id: 'restoreTree',
                        src: 'restoreTree',
                        input: inputs.restoreConflictMarkers,
                        onDone: 'resting',
                        onError: {
                          target: '#plan.active.lifecycle.execute.processing.recovering',
                          actions: ['stopMerge', { type: 'setError', params: ({ event }) => event }],
                        },
                      },
                    },
                    resting: {
                      tags: ['resting'],
                      entry: 'setResting',
                      exit: 'clearResting',
                    },
                    /** The merge carries out the resolution. It reports what is still open, or continues. */
                    resolving: { exit: 'withdrawApprovals' },
                  },
                },
                complete: {
                  tags: ['state:complete'],
                  entry: { type: 'setPosition', params: { phase: 'execute', state: 'complete' } },
                  initial: 'routing',
                  states: {
                    routing: {
                      always: [
                        { guard: 'isSubplan', target: '#plan.finishing' },
                        { guard: 'mayApplyAutomatically', target: 'reconciling' },
                        { target: 'resting' },
                      ],
                    },
                    resting: {
                      tags: ['resting'],
                      entry: 'setResting',
                      exit: 'clearResting',
                      on: {
                        apply: {
                          guard: 'mayApply',
                          target: 'reconciling',
                          actions: { type: 'setApplyTarget', params: ({ event }) => event },
                        },
                      },
                    },
                    reconciling: {
                      tags: ['checking'],
                      invoke: {
                        id: 'reconciliation',
                        src: 'reconciliation',
                        input: inputs.reconcileApply,
                        onDone: [
                          {
                            guard: { type: 'isReconciled', params: ({ event }) => event.output },
                            target: '#plan.active.lifecycle.apply.queued',
                            actions: { type: 'setInvariants', params: ({ event }) => event },
                          },
                          {
                            target: 'resting',
                            actions: [{ type: 'setOutputError', params: ({ event }) => event.output }, 'emitBlocked'],
                          },
                        ],
                        onError: {
                          target: 'resting',
                          actions: [{ type: 'setError', params: ({ event }) => event }, 'emitBlocked'],
                        },
                      },
                    },
                  },
                },
                errored: {
                  tags: ['state:errored'],
                  entry: { type: 'setPosition', params: { phase: 'execute', state: 'errored' } },
                  initial: 'routing',
                  states: {
                    routing: { always: [{ guard: 'isSubplan', target: '#plan.finishing' }, { target: 'resting' }] },
                    resting: {
                      tags: ['resting'],
                      entry: 'setResting',
                      exit: 'clearResting',
                      on: {
                        execute: { guard: 'mayExecute', target: '#plan.active.lifecycle.execute.queued' },
                      },
                    },
                  },
                },
              },
            },
            /**
             * The reviewed result is applied, once. Nothing interrupts that: a pause is refused while it lasts, and a cancel takes effect
             * only if nothing was applied.
             */
            apply: {
              initial: 'queued',
              tags: ['phase:apply'],
              states: {
                queued: {
                  tags: ['state:queued'],
                  entry: { type: 'setPosition', params: { phase: 'apply', state: 'queued' } },
                  initial: 'routing',
                  states: {
                    routing: {
                      always: [
                        { guard: 'isApproved', target: '#plan.active.lifecycle.apply.processing' },
                        { target: 'waiting' },
                      ],
                    },
                    waiting: {
                      tags: ['resting'],
                      entry: 'setResting',
                      exit: 'clearResting',
                      on: {
                        approve: { target: 'routing', actions: 'setApproved' },
                        apply: {
                          target: 'routing',
                          actions: { type: 'setApplyTarget', params: ({ event }) => event },
                        },
                      },
                    },
                  },
                },
                processing: {
                  tags: ['state:processing'],
                  entry: { type: 'setPosition', params: { phase: 'apply', state: 'processing' } },
                  on: {
                    cancel: {
                      guard: 'mayCancel',
                      actions: [{ type: 'stopForCancel', params: ({ event }) => event }, 'cancelApply'],
                    },
                  },
                  invoke: {
                    id: 'apply',
                    src: 'apply',
                    input: inputs.apply,
                    onDone: [
                      {
                        guard: { type: 'isApplySuccessful', params: ({ event }) => event.output },
                        target: '#plan.finishing',
                        actions: [
                          { type: 'recordApplied', params: ({ event }) => event },
                          { type: 'setPosition', params: { phase: 'apply', state: 'applied' } },
                        ],
                      },
                      {
                        guard: { type: 'isStoppedBeforeApply', params: ({ event }) => event.output },
                        target: '#plan.stopping',
                        actions: { type: 'recordStoppedApply', params: ({ event }) => event },
                      },
                      {
                        guard: { type: 'isApplyFailed', params: ({ event }) => event.output },
                        target: 'errored',
                        actions: { type: 'recordApplyFailed', params: ({ event }) => event },
                      },
                      { target: 'constrained', actions: { type: 'setConstrained', params: ({ event }) => event } },
                    ],
                    onError: [
                      {
                        guard: 'isStopping',
                        target: '#plan.stopping',
                        actions: { type: 'setError', params: ({ event }) => event },
                      },
                      {
                        target: 'errored',
                        actions: [
                          { type: 'setError', params: ({ event }) => event },
                          { type: 'recordFailedRecovery', params: ({ event }) => event },
                        ],
                      },
                    ],
                  },
                },
                constrained: {
                  tags: ['state:constrained'],
                  entry: { type: 'setPosition', params: { phase: 'apply', state: 'constrained' } },
                  initial: 'resting',
                  states: {
                    resting: {
                      tags: ['resting'],
                      entry: ['clearApproval', 'setResting'],
                      exit: 'clearResting',
                      on: {
                        apply: {
                          guard: 'mayApply',
                          target: 'reconciling',
                          actions: { type: 'setApplyTarget', params: ({ event }) => event },
                        },
                      },
                    },
                    reconciling: {
                      tags: ['checking'],
                      invoke: {
                        id: 'reconciliation',
                        src: 'reconciliation',
                        input: inputs.reconcileApply,
                        onDone: [
                          {
                            guard: { type: 'isReconciled', params: ({ event }) => event.output },
                            target: '#plan.active.lifecycle.apply.queued',
                            actions: { type: 'setInvariants', params: ({ event }) => event },
                          },
                          {
                            target: 'resting',
                            actions: [{ type: 'setOutputError', params: ({ event }) => event.output }, 'emitBlocked'],
                          },
                        ],
                        onError: {
                          target: 'resting',
                          actions: [{ type: 'setError', params: ({ event }) => event }, 'emitBlocked'],
                        },
                      },
                    },
                  },
                },
                errored: {
                  tags: ['state:errored'],
                  entry: { type: 'setPosition', params: { phase: 'apply', state: 'errored' } },
                  initial: 'resting',
                  states: {
                    resting: {
                      tags: ['resting'],
                      entry: ['clearApproval', 'setResting'],
                      exit: 'clearResting',
                      on: {
                        apply: {
                          guard: 'mayApply',
                          target: 'reconciling',
                          actions: { type: 'setApplyTarget', params: ({ event }) => event },
                        },
                      },
                    },
                    reconciling: {
                      tags: ['checking'],
                      invoke: {
                        id: 'reconciliation',
                        src: 'reconciliation',
                        input: inputs.reconcileApply,
                        onDone: [
                          {
                            guard: { type: 'isReconciled', params: ({ event }) => event.output },
                            target: '#plan.active.lifecycle.apply.queued',
                            actions: { type: 'setInvariants', params: ({ event }) => event },
                          },
                          {
                            target: 'resting',
                            actions: [{ type: 'setOutputError', params: ({ event }) => event.output }, 'emitBlocked'],
                          },
                        ],
                        onError: {
                          target: 'resting',
                          actions: [{ type: 'setError', params: ({ event }) => event }, 'emitBlocked'],
                        },
                      },
                    },
                  },
                },
              },
            },
            resumePoint: { type: 'history', history: 'deep' },
          },
        },
        paused: {
          tags: ['state:paused', 'resting'],
          entry: [
            'setResting',
            { type: 'setPosition', params: ({ context }) => ({ phase: context.position.phase, state: 'paused' }) },
          ],
          exit: 'clearResting',
          on: {
            resume: { guard: 'mayResume', target: '#plan.active.resuming' },
          },
        },
        /** A pause never skips the checks: preflight and reconciliation run again, then the plan continues at the same place. */
        resuming: {
          initial: 'checking',
          states: {
            checking: {
              tags: ['checking'],
              invoke: {
                id: 'preflight',
                src: 'preflight',
                input: inputs.preflightOfResume,
                onDone: 'reconciling',
                onError: { target: 'blocked', actions: { type: 'setError', params: ({ event }) => event } },
              },
            },
            reconciling: {
              tags: ['checking'],
              invoke: {
                id: 'reconciliation',
                src: 'reconciliation',
                input: inputs.reconcileResumed,
                onDone: [
                  {
                    guard: { type: 'isReconciled', params: ({ event }) => event.output },
                    target: 'acquiringSlot',
                    actions: { type: 'setInvariants', params: ({ event }) => event },
                  },
                  { target: 'blocked', actions: { type: 'setOutputError', params: ({ event }) => event.output } },
                ],
                onError: { target: 'blocked', actions: { type: 'setError', params: ({ event }) => event } },
              },
            },
            acquiringSlot: {
              always: [{ guard: 'needsSlotToResume', target: 'waitingForSlot' }, { target: 'resumed' }],
            },
            waitingForSlot: {
              entry: { type: 'requestSlot', params: { resumes: true } },
              exit: 'releaseSlot',
              on: { start: { target: 'resumed', actions: 'acquireSlot' } },
            },
            resumed: {
              always: {
                target: '#plan.active.lifecycle.resumePoint',
                actions: [
                  'assumeSubplansBusy',
                  { type: 'setPosition', params: ({ context }) => positionBeforePause(context) },
                  'clearSavedPosition',
                  'resumeChildren',
                ],
              },
            },
            blocked: {
              always: [
                { guard: 'isSubplan', target: '#plan.stopping', actions: 'stopForFailure' },
                { target: '#plan.active.paused', actions: 'emitBlocked' },
              ],
            },
          },
        },
        /**
         * To a checkpoint, completely or not at all. What is under way is held first, as in a pause. Until the files are restored nothing
         * else has changed: if that fails, the plan continues where it was. After that nothing can fail: the subplans are cancelled, and
         * in one turn the machine is what it was at the checkpoint.
         */
        rollingBack: {
          initial: 'restoring',
          states: {
            restoring: {
              invoke: {
                id: 'rollback',
                src: 'rollback',
                input: inputs.rollback,
                onDone: {
                  target: 'stoppingChildren',
                  actions: { type: 'setRestored', params: ({ event }) => ({ found: event.output }) },
                },
                onError: [
                  {
                    guard: 'wasPaused',
                    target: '#plan.active.paused',
                    actions: [{ type: 'emitRollbackFailed', params: ({ event }) => event }, 'clearRollback'],
                  },
                  {
                    target: '#plan.active.resuming.acquiringSlot',
                    actions: [{ type: 'emitRollbackFailed', params: ({ event }) => event }, 'clearRollback'],
                  },
                ],
              },
            },
            stoppingChildren: {
              entry: 'stopMerge',
              always: [{ guard: 'hasRunningSubplans', target: 'stoppingSubplans' }, { target: 'childrenStopped' }],
            },
            stoppingSubplans: {
              entry: 'cancelSubplans',
              on: {
                'xstate.done.actor.subplans': { target: 'childrenStopped', actions: 'stopSubplans' },
                'xstate.error.actor.subplans': { target: 'childrenStopped', actions: 'stopSubplans' },
              },
            },
            /** A subplan continues at once, since its parent waits for it. */
            childrenStopped: {
              always: [
                {
                  guard: 'isSubplan',
                  target: '#plan.active.lifecycle.execute.queued',
                  actions: 'restoreCheckpointState',
                },
                { target: '#plan.active.lifecycle.execute.queued.rolledBack', actions: 'restoreCheckpointState' },
              ],
            },
          },
        },
        /**
         * One decision changed later, and the plan run again from there, completely or not at all. What is under way is held first, as in
         * a pause. The correction machine does what can fail; if it rejects, the plan continues where it was. Then the subplans are
         * cancelled, and in one turn the old attempt ends and the new one begins. The reconciliation after that reports and stops nothing.
         */
        correcting: {
          initial: 'preparing',
          states: {
            preparing: {
              invoke: {
                id: 'correction',
                src: 'correction',
                input: inputs.correction,
                onDone: [
                  {
                    guard: { type: 'isCorrected', params: ({ event }) => event.output },
                    target: 'stoppingChildren',
                    actions: { type: 'setPreparedCorrection', params: ({ event }) => event },
                  },
                  {
                    target: 'rejected',
                    actions: {
                      type: 'emitCorrectionFailed',
                      params: ({ event }) => ({ error: errorFromOutput(event.output) }),
                    },
                  },
                ],
                onError: {
                  target: 'rejected',
                  actions: { type: 'emitCorrectionFailed', params: ({ event }) => event },
                },
              },
            },
            rejected: {
              exit: 'clearCorrection',
              always: [
                { guard: 'wasPaused', target: '#plan.active.paused' },
                { target: '#plan.active.resuming.acquiringSlot' },
              ],
            },
            stoppingChildren: {
              entry: 'stopMerge',
              always: [{ guard: 'hasRunningSubplans', target: 'stoppingSubplans' }, { target: 'reconciling' }],
            },
            stoppingSubplans: {
              entry: 'cancelSubplans',
              on: {
                'xstate.done.actor.subplans': { target: 'reconciling', actions: 'stopSubplans' },
                'xstate.error.actor.subplans': { target: 'reconciling', actions: 'stopSubplans' },
              },
            },
            reconciling: {
              entry: 'applyCorrection',
              exit: 'clearCorrection',
              invoke: {
                id: 'reconciliation',
                src: 'reconciliation',
                input: inputs.reconcileCorrected,
                onDone: 'corrected',
                onError: 'corrected',
              },
            },
            corrected: {
              always: [
                { guard: 'hasStrategy', target: '#plan.active.lifecycle.execute.queued' },
                { target: '#plan.active.lifecycle.strategize.queued.checking' },
              ],
            },
          },
        },
      },
    },
    /** By a cancel, a revert or the supervisor: the subplans end first, then the sandbox is captured and removed. */
    stopping: {
      entry: ['stopMerge', 'endHold'],
      initial: 'routing',
      on: {
        cancel: { guard: 'mayCancel', actions: { type: 'stopForCancel', params: ({ event }) => event } },
        expire: { guard: 'isReverting', actions: { type: 'stopForTimeout', params: ({ event }) => event } },
      },
      states: {
        routing: {
          always: [
            /** Only a root plan waits before it starts, and only a cancel stops it there. */
            { guard: 'isNotStarted', target: '#plan.cancelled' },
            { target: 'finishingPartialApply' },
          ],
        },
        /** A part that is being applied ends first: it is applied, or it is not, and never by half. */
        finishingPartialApply: { always: { guard: 'isNotApplyingPart', target: 'partialApplyFinished' } },
        partialApplyFinished: {
          always: [{ guard: 'hasRunningSubplans', target: 'stoppingSubplans' }, { target: 'childrenStopped' }],
        },
        stoppingSubplans: {
          entry: 'cancelSubplans',
          on: {
            'xstate.done.actor.subplans': {
              target: 'childrenStopped',
              actions: { type: 'setSubplanResults', params: ({ event }) => event },
            },
            'xstate.error.actor.subplans': { target: 'childrenStopped', actions: 'stopSubplans' },
          },
        },
        childrenStopped: {
          always: [
            { guard: 'isReverting', target: '#plan.active.lifecycle.strategize.queued', actions: 'beginNewAttempt' },
            /** Without a sandbox too: a crash may have left the checkout that Strategize reads. */
            { target: 'archivingSandbox' },
          ],
        },
        archivingSandbox: {
          invoke: {
            id: 'archiveSandbox',
            src: 'archiveSandbox',
            input: inputs.archiveStopped,
            onDone: {
              target: 'ended',
              actions: { type: 'setLeftoverTree', params: ({ event }) => ({ left: event.output }) },
            },
            onError: 'ended',
          },
        },
        ended: { always: [{ guard: 'isCancelled', target: '#plan.cancelled' }, { target: '#plan.failed' }] },
      },
    },
    /** The outcome is recorded; only the sandbox, or what a crash left of a checkout, is to be removed. Its work is captured in a ref first. */
    finishing: {
      initial: 'archivingSandbox',
      states: {
        archivingSandbox: {
          invoke: {
            id: 'archiveSandbox',
            src: 'archiveSandbox',
            input: inputs.archiveFinished,
            onDone: 'finished',
            onError: 'finished',
          },
        },
        finished: {
          always: [
            { guard: 'isApplied', target: '#plan.applied' },
            { guard: 'isComplete', target: '#plan.completed' },
            { target: '#plan.failed' },
          ],
        },
      },
    },
    applied: { type: 'final', tags: ['phase:apply', 'state:applied', 'final'] },
    completed: { type: 'final', tags: ['phase:execute', 'state:complete', 'final'] },
    failed: {
      type: 'final',
      tags: ['state:errored', 'final'],
      entry: { type: 'setPosition', params: ({ context }) => ({ phase: context.position.phase, state: 'errored' }) },
    },
    cancelled: {
      type: 'final',
      tags: ['state:cancelled', 'final'],
      entry: [
        'emitCancelled',
        { type: 'setPosition', params: ({ context }) => ({ phase: context.position.phase, state: 'cancelled' }) },
      ],
    },
  },
  output: ({ context }) => planOutput(context),
});
