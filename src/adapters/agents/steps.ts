/**
 * The agent that does what is declared, in order, through the tools. It thinks nothing: the same plan gives the same
 * calls every time, which is what a restart after a crash relies on.
 */

import * as z from 'zod';
import type { AgentStep } from '../../model/agent.ts';
import { commandHint } from '../../model/command-hint.ts';
import { TroupeError } from '../../model/errors.ts';
import { interpolate } from '../../model/interpolate.ts';
import { omitUndefined } from '../../model/optional-keys.ts';
import { CommitMessage, formatFinding } from '../../model/review.ts';
import { truncateStart } from '../../model/truncate.ts';
import type { Agent, AgentTask } from '../../ports/agent.ts';
import { createDecisionRecorder, type DecisionRecorder } from './decision-recorder.ts';
import { finalOutput } from './final-output.ts';
import { sortByDependency } from './topological-sort.ts';

export function stepsAgent(steps: readonly AgentStep[]): Agent {
  return {
    // What its steps run asks for the folder itself.
    usesDirectory: false,
    async check() {
      sortByDependency(steps);
    },
    async run(task) {
      const mine = sortByDependency(steps).filter(step => applies(step, task) && !isInherited(step, steps, task));
      if (task.role === 'strategy') refuseWork(mine);
      const record = createDecisionRecorder(task);
      for (const [index, step] of mine.entries()) await act(step, index, task, record);
      const summary = `${mine.length} ${mine.length === 1 ? 'step' : 'steps'}`;
      const written = mine.findLast(step => 'message' in step);
      return { decisions: [], summary, ...(written && { message: filledIn(written.message, task.plan) }) };
    },
  };
}

/** Whom a step without a condition is for. */
function rolesOf(step: AgentStep): readonly AgentTask['role'][] {
  if ('finding' in step) return ['review'];
  return 'message' in step ? ['apply'] : ['strategy', 'execution'];
}

function applies(step: AgentStep, { role, plan }: AgentTask): boolean {
  const wanted = step.if;
  const roles = wanted?.role === undefined ? rolesOf(step) : [wanted.role];
  if (!roles.includes(role)) return false;
  if (wanted?.depth !== undefined && wanted.depth !== plan.depth) return false;
  if (wanted?.attempt !== undefined && wanted.attempt !== plan.attemptNumber) return false;
  return wanted?.goal === undefined || [wanted.goal].flat().includes(plan.description);
}

/** Children inherit their parent's agents. A plan that one of these steps asked for does not ask for them all again. */
function isInherited(step: AgentStep, steps: readonly AgentStep[], { plan }: AgentTask): boolean {
  if (!('subplan' in step) || step.if !== undefined || plan.depth === 0) return false;
  return steps.some(
    other => 'subplan' in other && interpolate(other.subplan.goal, valuesOf(plan)) === plan.description,
  );
}

function refuseWork(steps: readonly AgentStep[]): void {
  const work = steps.find(step => !('decide' in step || 'subplan' in step));
  if (work === undefined) return;
  throw new TroupeError(
    'TOOL_REFUSED',
    `A strategy decides and plans subplans; the step "${kindOf(work)}" belongs to the executionActor`,
    { where: 'strategyActor.steps', hints: [commandHint('help action')] },
  );
}

async function act(step: AgentStep, index: number, task: AgentTask, record: DecisionRecorder): Promise<void> {
  const filled = (text: string) => interpolate(text, valuesOf(task.plan));
  task.log(`step ${index + 1}: ${describe(step, filled)}`);
  if ('write' in step) {
    await task.call('builtin/write', { path: filled(step.write.path), content: filled(step.write.content) });
  } else if ('edit' in step) {
    const { path, find, replace } = step.edit;
    await task.call('builtin/edit', { path: filled(path), find: filled(find), replace: filled(replace) });
  } else if ('delete' in step) {
    await task.call('builtin/delete', { path: filled(step.delete.path), recursive: true });
  } else if ('run' in step) {
    const { argv, timeoutSeconds } = step.run;
    const limit = omitUndefined({ timeoutSeconds });
    const answer = await task.call('builtin/run', { argv: argv.map(filled), ...limit });
    refuseFailure(answer, argv.map(filled).join(' '), index);
  } else if ('checkpoint' in step) {
    await task.call('system/create_checkpoint', { label: filled(step.checkpoint.label) });
  } else if ('subplan' in step) {
    await record.subplan({ ...step.subplan, goal: filled(step.subplan.goal) });
  } else if ('finding' in step) {
    await record.finding({ ...step.finding, text: filled(step.finding.text) });
  } else if ('decide' in step) {
    await record.decide(step.decide);
  }
}

/** @throws {TroupeError} INVALID_ACTION where arguments make more of a subject than one line */
function filledIn({ subject, body }: CommitMessage, plan: AgentTask['plan']): CommitMessage {
  const parsed = CommitMessage.safeParse({
    subject: interpolate(subject, valuesOf(plan)),
    body: interpolate(body, valuesOf(plan)),
  });
  if (parsed.success) return parsed.data;
  throw new TroupeError('INVALID_ACTION', `The message is no commit message: ${parsed.error.issues[0]?.message}`, {
    where: 'applyActor.steps',
    hints: [commandHint('help action')],
  });
}

const Ran = z.object({ exitCode: z.number().nullable(), signal: z.string().nullable(), output: z.string() });

function refuseFailure(answer: unknown, command: string, index: number): void {
  const { exitCode, signal, output } = Ran.parse(answer);
  if (exitCode === 0) return;
  const how = signal === null ? `exited with ${exitCode}` : `was ended by ${signal}`;
  const words = finalOutput(output);
  throw new TroupeError('AGENT_FAILED', `Step ${index + 1}: ${command} ${how}${words === '' ? '' : `: ${words}`}`, {
    where: command,
    hints: [commandHint('plan logs')],
    details: { exitCode, output: truncateStart(output, 4_000) },
  });
}

function kindOf(step: AgentStep): string {
  return Object.keys(step).find(key => key !== 'if') ?? '';
}

function describe(step: AgentStep, filled: (text: string) => string): string {
  if ('run' in step) return `run ${step.run.argv.map(filled).join(' ')}`;
  if ('subplan' in step) return `subplan ${filled(step.subplan.goal)}`;
  if ('decide' in step) return `decide ${step.decide.choose}`;
  if ('finding' in step) return formatFinding(step.finding);
  if ('message' in step) return `message ${filled(step.message.subject)}`;
  if ('checkpoint' in step) return `checkpoint ${filled(step.checkpoint.label)}`;
  const path = 'write' in step ? step.write.path : 'edit' in step ? step.edit.path : step.delete.path;
  return `${kindOf(step)} ${filled(path)}`;
}

function valuesOf(plan: AgentTask['plan']): Record<string, unknown> {
  return { ...plan.arguments, goal: plan.description, actionDir: plan.actionDir };
}
