import { boundary } from '../boundary.ts';
import { beginOf, landedPlans, landingsOf, made, specInForce, workplace } from '../context.ts';
import { failing, faultIn } from '../failing.ts';
import { recovering } from '../recovering.ts';
import { planSetup } from '../setup.ts';
import { gathered, merging, supervising } from './gathering.ts';

/** The work itself, step by step, in the order of the spec: prepare, work, children, merge, validate, review. */
export const processing = planSetup.createStateConfig({
  tags: ['state:processing'],
  entry: { type: 'enter', params: { phase: 'execute', state: 'processing' } },
  exit: 'leaveRootSlot',
  initial: 'preparing',
  states: {
    preparing: {
      entry: 'startExecuting',
      invoke: {
        id: 'prepare',
        src: 'prepare',
        input: ({ context }) => ({
          spec: specInForce(context),
          attempt: context.attempt,
          from: context.resumeFrom?.tree ?? null,
        }),
        onDone: [
          {
            guard: 'isWorked',
            target: 'enlisting',
            actions: [
              { type: 'keepPrepared', params: ({ event }) => ({ found: event.output }) },
              { type: 'recordCheckpoint', params: ({ event }) => ({ checkpoint: event.output.checkpoint }) },
              'takeOverWork',
            ],
          },
          {
            target: 'working',
            actions: [
              { type: 'keepPrepared', params: ({ event }) => ({ found: event.output }) },
              { type: 'recordCheckpoint', params: ({ event }) => ({ checkpoint: event.output.checkpoint }) },
            ],
          },
        ],
        onError: failing('execute'),
      },
    },
    working: {
      entry: 'deliverGuidance',
      exit: ['forgetWaiting', 'leaveQueue', 'withdrawApprovals'],
      invoke: {
        id: 'execute',
        src: 'execute',
        input: ({ context }) => ({
          spec: specInForce(context),
          attempt: context.attempt,
          sandbox: workplace(context).sandbox,
          begin: beginOf(context),
          guidance: context.guidance,
          confidence: context.confidence,
        }),
        onDone: {
          target: 'enlisting',
          actions: [
            { type: 'recordDecisions', params: ({ event }) => ({ decisions: event.output.decisions }) },
            { type: 'keepWork', params: ({ event }) => ({ found: event.output }) },
          ],
        },
        onError: failing('execute'),
      },
    },
    enlisting: {
      invoke: {
        id: 'enlist',
        src: 'enlist',
        input: ({ context }) => ({
          spec: specInForce(context),
          attempt: context.attempt,
          workTree: made(context, 'workTree'),
          mergedUpTo: context.resumeFrom?.mergedUpTo ?? null,
          run: context.run,
          kept: context.kept,
          landed: landedPlans(context),
        }),
        onDone: [
          {
            guard: { type: 'hasMembers', params: ({ event }) => ({ members: event.output.members }) },
            target: 'supervising',
            actions: [
              { type: 'recordCheckpoint', params: ({ event }) => ({ checkpoint: event.output.checkpoint }) },
              { type: 'gather', params: ({ event }) => event.output },
            ],
          },
          { target: 'validating' },
        ],
        onError: failing('execute'),
      },
    },
    supervising,
    gathered,
    merging,
    /** A plan that gave its slot back while it was conflicted waits for another before it works on. */
    admitting: {
      initial: 'deciding',
      states: {
        deciding: {
          always: [
            { guard: 'needsSlot', target: 'waiting' },
            { target: '#plan.open.alive.execute.processing.placing' },
          ],
        },
        waiting: {
          entry: { type: 'wantSlot', params: { returns: true } },
          on: { start: { target: '#plan.open.alive.execute.processing.placing', actions: 'takeSlot' } },
        },
      },
    },
    placing: {
      invoke: {
        id: 'place',
        src: 'place',
        input: ({ context }) => ({
          spec: specInForce(context),
          sandbox: workplace(context).sandbox,
          tree: made(context, 'mergedTree'),
          toSee: false,
        }),
        onDone: 'validating',
        onError: failing('execute'),
      },
    },
    validating: {
      exit: ['forgetWaiting', 'leaveQueue', 'withdrawApprovals'],
      invoke: {
        id: 'validation',
        src: 'validation',
        input: ({ context }) => ({
          spec: specInForce(context),
          attempt: context.attempt,
          sandbox: workplace(context).sandbox,
          guidance: context.guidance,
          confidence: context.confidence,
        }),
        onDone: [
          {
            guard: { type: 'isValid', params: ({ event }) => event.output },
            target: 'reviewing',
            actions: { type: 'keepValidation', params: ({ event }) => ({ output: event.output }) },
          },
          {
            target: 'recovering',
            actions: [
              { type: 'keepValidation', params: ({ event }) => ({ output: event.output }) },
              { type: 'keepFault', params: ({ event }) => ({ error: faultIn(event.output) }) },
            ],
          },
        ],
        onError: failing('execute'),
      },
    },
    reviewing: {
      invoke: {
        id: 'review',
        src: 'review',
        input: ({ context }) => ({
          spec: specInForce(context),
          ...workplace(context),
          isRest: landingsOf(context).length > 0,
        }),
        onDone: [
          {
            guard: { type: 'needsMessage', params: ({ event }) => event.output },
            target: 'describing',
            actions: [
              { type: 'keepReview', params: ({ event }) => ({ found: event.output }) },
              { type: 'recordCheckpoint', params: ({ event }) => ({ checkpoint: event.output.checkpoint }) },
            ],
          },
          {
            target: 'reconciling',
            actions: [
              { type: 'keepReview', params: ({ event }) => ({ found: event.output }) },
              { type: 'recordCheckpoint', params: ({ event }) => ({ checkpoint: event.output.checkpoint }) },
            ],
          },
        ],
        onError: failing('execute'),
      },
    },
    /** The applyActor writes the message of the commit. Where it fails the default stays, and the plan goes on. */
    describing: {
      exit: 'leaveQueue',
      invoke: {
        id: 'describe',
        src: 'describe',
        input: ({ context }) => ({
          spec: specInForce(context),
          attempt: context.attempt,
          resultTree: made(context, 'resultTree'),
        }),
        onDone: {
          target: 'reconciling',
          actions: [
            { type: 'recordDecisions', params: ({ event }) => ({ decisions: event.output.decisions }) },
            { type: 'keepMessage', params: ({ event }) => ({ found: event.output }) },
          ],
        },
        onError: failing('execute'),
      },
    },
    reconciling: boundary({
      phase: 'execute',
      judges: 'result',
      passed: '#plan.open.alive.execute.complete',
      blocked: 'recovering',
    }),
    recovering: recovering('execute'),
  },
});
