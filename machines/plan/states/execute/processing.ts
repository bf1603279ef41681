import { planActions } from '../../actions/phases.ts';
import {
  appliedPartsOf,
  appliedPlanIds,
  effectiveSpec,
  executionStart,
  requireSandboxAndStart,
  requireTree,
} from '../../context.ts';
import { errorFromOutput, onEffectError } from '../../transitions.ts';
import { reconcileState } from '../reconcile.ts';
import { recoveryState } from '../recovery.ts';
import { merging, runningSubplans, subplansDone } from './subplans.ts';

/** The work itself, step by step, in the order of the spec: prepare, work, children, merge, validate, review. */
export const processing = planActions.createStateConfig({
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
        input: ({ context }) => ({
          spec: effectiveSpec(context),
          attempt: context.attempt,
          from: context.resumeFrom?.tree ?? null,
        }),
        onDone: [
          {
            guard: 'isAgentWorkDone',
            target: 'creatingSubplans',
            actions: [
              { type: 'setSandbox', params: ({ event }) => ({ found: event.output }) },
              { type: 'recordCheckpoint', params: ({ event }) => ({ checkpoint: event.output.checkpoint }) },
              'reuseWork',
            ],
          },
          {
            target: 'working',
            actions: [
              { type: 'setSandbox', params: ({ event }) => ({ found: event.output }) },
              { type: 'recordCheckpoint', params: ({ event }) => ({ checkpoint: event.output.checkpoint }) },
            ],
          },
        ],
        onError: onEffectError('execute'),
      },
    },
    working: {
      entry: 'deliverGuidance',
      exit: ['clearRetryDelay', 'clearAgentQueue', 'withdrawApprovals'],
      invoke: {
        id: 'execute',
        src: 'execute',
        input: ({ context }) => ({
          spec: effectiveSpec(context),
          attempt: context.attempt,
          sandbox: requireSandboxAndStart(context).sandbox,
          begin: executionStart(context),
          guidance: context.guidance,
          confidence: context.confidence,
        }),
        onDone: {
          target: 'creatingSubplans',
          actions: [
            { type: 'recordDecisions', params: ({ event }) => ({ decisions: event.output.decisions }) },
            { type: 'setWork', params: ({ event }) => ({ found: event.output }) },
          ],
        },
        onError: onEffectError('execute'),
      },
    },
    creatingSubplans: {
      invoke: {
        id: 'createSubplans',
        src: 'createSubplans',
        input: ({ context }) => ({
          spec: effectiveSpec(context),
          attempt: context.attempt,
          workTree: requireTree(context, 'workTree'),
          mergedUpTo: context.resumeFrom?.mergedUpTo ?? null,
          run: context.run,
          kept: context.reusablePlanIds,
          landed: appliedPlanIds(context),
        }),
        onDone: [
          {
            guard: { type: 'hasSubplansToRun', params: ({ event }) => ({ members: event.output.members }) },
            target: 'runningSubplans',
            actions: [
              { type: 'recordCheckpoint', params: ({ event }) => ({ checkpoint: event.output.checkpoint }) },
              { type: 'startSubplans', params: ({ event }) => event.output },
            ],
          },
          { target: 'validating' },
        ],
        onError: onEffectError('execute'),
      },
    },
    runningSubplans,
    subplansDone,
    merging,
    /** A plan that gave its slot back while it was conflicted waits for another before it works on. */
    acquiringSlot: {
      initial: 'routing',
      states: {
        routing: {
          always: [
            { guard: 'needsSlot', target: 'waiting' },
            { target: '#plan.active.lifecycle.execute.processing.restoringTree' },
          ],
        },
        waiting: {
          entry: { type: 'requestSlot', params: { resumes: true } },
          on: { start: { target: '#plan.active.lifecycle.execute.processing.restoringTree', actions: 'acquireSlot' } },
        },
      },
    },
    restoringTree: {
      invoke: {
        id: 'restoreTree',
        src: 'restoreTree',
        input: ({ context }) => ({
          spec: effectiveSpec(context),
          sandbox: requireSandboxAndStart(context).sandbox,
          tree: requireTree(context, 'mergedTree'),
          toSee: false,
        }),
        onDone: 'validating',
        onError: onEffectError('execute'),
      },
    },
    validating: {
      exit: ['clearRetryDelay', 'clearAgentQueue', 'withdrawApprovals'],
      invoke: {
        id: 'validation',
        src: 'validation',
        input: ({ context }) => ({
          spec: effectiveSpec(context),
          attempt: context.attempt,
          sandbox: requireSandboxAndStart(context).sandbox,
          guidance: context.guidance,
          confidence: context.confidence,
        }),
        onDone: [
          {
            guard: { type: 'isValid', params: ({ event }) => event.output },
            target: 'reviewing',
            actions: { type: 'setValidation', params: ({ event }) => ({ output: event.output }) },
          },
          {
            target: 'recovering',
            actions: [
              { type: 'setValidation', params: ({ event }) => ({ output: event.output }) },
              { type: 'setError', params: ({ event }) => ({ error: errorFromOutput(event.output) }) },
            ],
          },
        ],
        onError: onEffectError('execute'),
      },
    },
    reviewing: {
      invoke: {
        id: 'review',
        src: 'review',
        input: ({ context }) => ({
          spec: effectiveSpec(context),
          ...requireSandboxAndStart(context),
          isRest: appliedPartsOf(context).length > 0,
        }),
        onDone: [
          {
            guard: { type: 'needsMessage', params: ({ event }) => event.output },
            target: 'describing',
            actions: [
              { type: 'setReview', params: ({ event }) => ({ found: event.output }) },
              { type: 'recordCheckpoint', params: ({ event }) => ({ checkpoint: event.output.checkpoint }) },
            ],
          },
          {
            target: 'reconciling',
            actions: [
              { type: 'setReview', params: ({ event }) => ({ found: event.output }) },
              { type: 'recordCheckpoint', params: ({ event }) => ({ checkpoint: event.output.checkpoint }) },
            ],
          },
        ],
        onError: onEffectError('execute'),
      },
    },
    /** The applyActor writes the message of the commit. Where it fails the default stays, and the plan goes on. */
    describing: {
      exit: 'clearAgentQueue',
      invoke: {
        id: 'describe',
        src: 'describe',
        input: ({ context }) => ({
          spec: effectiveSpec(context),
          attempt: context.attempt,
          resultTree: requireTree(context, 'resultTree'),
        }),
        onDone: {
          target: 'reconciling',
          actions: [
            { type: 'recordDecisions', params: ({ event }) => ({ decisions: event.output.decisions }) },
            { type: 'setCommitMessage', params: ({ event }) => ({ found: event.output }) },
          ],
        },
        onError: onEffectError('execute'),
      },
    },
    reconciling: reconcileState({
      phase: 'execute',
      checks: 'result',
      passed: '#plan.active.lifecycle.execute.complete',
      blocked: 'recovering',
    }),
    recovering: recoveryState('execute'),
  },
});
