/** Redacts text from outside where it enters, so that no record contains a secret. */
import type { EffectServices } from '../../../actors/index.ts';
import type { ApprovalAnswer } from '../../model/approval.ts';
import type { CheckpointDraft } from '../../model/checkpoint.ts';
import type { PlanCommand } from '../../model/command.ts';
import type { DecisionDraft } from '../../model/decision.ts';
import type { Invariant } from '../../model/invariant.ts';
import { isTooDeep } from '../../model/json.ts';
import type { PlanSpec } from '../../model/plan.ts';
import type { Redactor } from '../../model/redactor.ts';
import type { ToolCall } from '../../model/tool.ts';
import { dropPartialWord } from '../../model/truncate.ts';
import type { AgentAnswer } from '../../ports/agent.ts';
import type { AgentEnd, AgentWork, Dispatcher } from '../../ports/dispatcher.ts';

/** From this many bytes on, the end of an output is truncated: nearly the number of bytes that are kept. */
const tailBytesFull = 64 * 1024 - 4;

/** Runs programs and redacts the end of their output before anything uses it. */
export function redactOutput<Options, Result extends { tail: string }>(
  run: (options: Options) => Promise<Result>,
  redactor: Redactor,
): (options: Options) => Promise<Result> {
  return async options => redactTail(await run(options), redactor);
}

function redactTail<Result extends { tail: string }>(result: Result, redactor: Redactor): Result {
  const isCut = Buffer.byteLength(result.tail) >= tailBytesFull;
  return { ...result, tail: redactor.text(isCut ? dropPartialWord(result.tail.trimStart()) : result.tail) };
}

/**
 * Redacts the answers of agents, and what validations printed, wherever they ran: a worker knows its own secrets only.
 * Files that agents change stay as they wrote them.
 */
export function redactDispatcher(dispatcher: Dispatcher, redactor: Redactor): Dispatcher {
  return {
    ...dispatcher,
    async runAgent(work) {
      const record: AgentWork['record'] = act => work.record(async () => redactEnd(await act(), redactor));
      return redactAgentAnswer(await dispatcher.runAgent({ ...work, record }), redactor);
    },
    runValidations(work) {
      const running = dispatcher.runValidations(work);
      return { ...running, result: async at => redactTail(await running.result(at), redactor) };
    },
  };
}

function redactAgentAnswer(answer: AgentAnswer, redactor: Redactor): AgentAnswer {
  // Too deep an answer is rejected when its decisions are checked; traversing it here would overflow the stack.
  if (isTooDeep(answer)) return answer;
  const { decisions, ...rest } = answer;
  return { ...redactor.value(rest), decisions: decisions.map(each => redactDecision(each, redactor)) };
}

function redactEnd({ answer, error, ...rest }: AgentEnd, redactor: Redactor): AgentEnd {
  return {
    ...(answer !== undefined && { answer: redactAgentAnswer(answer, redactor) }),
    ...(error !== undefined && { error: redactor.value(error) }),
    ...rest,
  };
}

export function redactModule(
  askModule: EffectServices['runInvariantModule'],
  redactor: Redactor,
): EffectServices['runInvariantModule'] {
  return async (module, from, question) => {
    const answer = await askModule(module, from, question);
    return answer === true ? answer : redactor.text(answer);
  };
}

/** Keys of a payload that are not text for people: they define a subplan, or are compared with files. */
const unredactedKeys = ['strategyActor', 'executionActor', 'rejected', 'resourceScopes', 'projectRef'] as const;

export function redactDecision(decision: DecisionDraft, redactor: Redactor): DecisionDraft {
  const clean = redactor.value(decision);
  if (clean === decision) return decision;
  const kept = unredactedKeys.filter(key => key in decision.payload).map(key => [key, decision.payload[key]]);
  return { ...clean, payload: { ...clean.payload, ...Object.fromEntries(kept) } };
}

/** Returns a call in the form in which it is recorded. */
export function redactToolCall(call: ToolCall, redactor: Redactor): ToolCall {
  const { input, result, error } = call;
  const clean = { input: redactor.value(input), result: redactor.value(result), error: redactor.value(error) };
  if (clean.input === input && clean.result === result && clean.error === error) return call;
  return { ...call, ...clean, ...(clean.result === result ? {} : { redacted: true }) };
}

/** Redacts a person's text in a command. Programs and ids of files stay. */
export function redactCommand(command: PlanCommand, redactor: Redactor): PlanCommand {
  const { text } = redactor;
  const decision = (each: DecisionDraft) => redactDecision(each, redactor);
  switch (command.type) {
    case 'prompt':
    case 'revert':
      return { ...command, guidance: text(command.guidance), decision: decision(command.decision) };
    case 'rollback':
      return { ...command, decision: decision(command.decision) };
    case 'cancel':
      return { ...command, reason: text(command.reason) };
    case 'answerApproval':
      return { ...command, answer: redactAnswer(command.answer, redactor) };
    case 'checkpoint':
      return { ...command, checkpoint: redactCheckpoint(command.checkpoint, redactor) };
    case 'addInvariant':
      return { ...command, invariant: redactInvariant(command.invariant, redactor) };
    case 'correct': {
      const { guidance, decisions } = command.order;
      return { ...command, order: { ...command.order, guidance: text(guidance), decisions: decisions.map(decision) } };
    }
    case 'edit': {
      const { guidance, decisions } = command.edit;
      return { ...command, edit: { ...command.edit, guidance: text(guidance), decisions: decisions.map(decision) } };
    }
    default:
      return command;
  }
}

function redactAnswer(answer: ApprovalAnswer, { text }: Redactor): ApprovalAnswer {
  const { reason, text: given } = answer;
  return { ...answer, reason: text(reason), ...(given !== undefined && { text: text(given) }) };
}

export function redactCheckpoint(checkpoint: CheckpointDraft, redactor: Redactor): CheckpointDraft {
  return checkpoint.label === null ? checkpoint : { ...checkpoint, label: redactor.text(checkpoint.label) };
}

export function redactInvariant<Rule extends Pick<Invariant, 'text'>>(rule: Rule, redactor: Redactor): Rule {
  return { ...rule, text: redactor.text(rule.text) };
}

/** Redacts the text of a plan. Its programs and their variables stay: they would not run without them. */
export function redactSpec(spec: PlanSpec, redactor: Redactor): PlanSpec {
  return {
    ...spec,
    description: redactor.text(spec.description),
    definitionOfDone: redactor.text(spec.definitionOfDone),
    arguments: redactor.value(spec.arguments),
    guidance: redactor.value(spec.guidance),
    skeleton: redactor.value(spec.skeleton),
    invariants: spec.invariants.map(rule => redactInvariant(rule, redactor)),
  };
}
