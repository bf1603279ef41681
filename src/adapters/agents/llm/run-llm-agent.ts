/** The loop of a model that works with tools: ask it, make the calls of its answer, send the results, until it is done. */
import type { LanguageModelV3, LanguageModelV3CallOptions } from '../../../libraries/anthropic.ts';
import { type ErrorCode, TroupeError } from '../../../model/errors.ts';
import type { LlmSpec } from '../../../model/llm-agent.ts';
import { isReadOnlyRole } from '../../../model/read-only-role.ts';
import type { AgentAnswer, AgentTask } from '../../../ports/agent.ts';
import type { Clock } from '../../../ports/clock.ts';
import { toolJsonSchema } from '../../tools/schema.ts';
import { describeTool } from '../formats/describe-tool.ts';
import { buildPrompt } from '../prompt.ts';
import { askModel, stoppedError } from './ask-model.ts';
import { type CallResult, type Conversation, createConversation, inputOf } from './conversation.ts';
import { type ModelIdentity, modelError } from './model-failure.ts';
import { createModelTools, type ModelTool, type ModelTools } from './model-tools.ts';
import { providerOptions } from './models.ts';
import { type Overflow, type ToolCallPart, type Turn, type TurnPart, turnUsage } from './turn.ts';

export interface LlmProgram {
  identity: ModelIdentity;
  spec: Pick<LlmSpec, 'maxTurns' | 'maxTokens' | 'idleSeconds' | 'effort' | 'price' | 'contextTokens'>;
  model: LanguageModelV3;
  clock: Clock;
}

/** How many answers in a row may have neither a call that can be made nor an end of the work. */
const unfinishedMax = 3;
const refusedMax = 20;

/** Errors of calls that the model reads and can correct. Every other error ends the run. */
const correctable: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
  ...(['TOOL_REFUSED', 'TOOL_FAILED', 'INVALID_DECISION', 'DEPENDENCY_CYCLE'] as const),
  ...(['TIMED_OUT', 'STALLED', 'FLOODED'] as const),
]);

/** @throws {TroupeError} AGENT_FAILED, AGENT_UNAVAILABLE, RATE_LIMITED, STALLED, BUDGET_EXHAUSTED, APPROVAL_NEEDED, CANCELLED */
export async function runLlmAgent(program: LlmProgram, task: AgentTask): Promise<AgentAnswer> {
  const { identity, spec } = program;
  const given = createModelTools(task);
  const describe = (call: ToolCallPart) => describeCall(call, task);
  const conversation = createConversation(instructions(task), buildPrompt(task, null, 'tools').text, describe);
  const options = requestOptions(program, given);
  const refused: string[] = [];
  let unfinished = 0;
  let isFull = false;

  for (let number = 1; number <= spec.maxTurns; number++) {
    if (task.signal.aborted) throw stoppedError(identity);
    const isShortened = isFull && conversation.shorten();
    if (!isFull) conversation.endShortening();
    const turn = await nextTurn({ program, task, conversation, options }, { number, isShortened });
    isFull = fills(turn, spec.contextTokens);
    if (turn.finish === 'content-filter') throw failed(program, 'refused to go on with the conversation');
    conversation.addTurn(turn);
    const calls = callsIn(turn);
    if (calls.some(call => inputOf(call) !== null)) unfinished = 0;
    else if (calls.length > 0) unfinished += 1;
    if (calls.length > 0) {
      if (unfinished === unfinishedMax) throw failed(program, unfinishedText(turn, spec.maxTokens));
      const results: CallResult[] = [];
      for (const call of calls) results.push(await makeCall({ program, task, given, refused }, call, turn));
      conversation.addResults(results);
      continue;
    }
    const text = textOf(turn.parts);
    if (turn.finish !== 'length' && text !== '') return toAnswer(text, given, refused);
    unfinished += 1;
    if (unfinished === unfinishedMax) throw failed(program, unfinishedText(turn, spec.maxTokens));
    conversation.addText(turn.finish === 'length' ? cutRequest : emptyRequest);
  }
  throw failed(program, `was not done after ${spec.maxTurns} turns; maxTurns of the agent permits more`);
}

interface Exchanging {
  program: LlmProgram;
  task: AgentTask;
  conversation: Conversation;
  options: Omit<LanguageModelV3CallOptions, 'prompt'>;
}

/** Asks for the next answer; a request that is too long is shortened until it fits. Refusals are recorded as answers are. */
async function nextTurn(
  { program, task, conversation, options }: Exchanging,
  asked: { number: number; isShortened: boolean },
): Promise<Turn> {
  let { isShortened } = asked;
  for (let tries = 0; ; tries++) {
    const answer = await task.ask<Turn | Overflow>(
      `turn/${asked.number}${tries === 0 ? '' : `/${tries}`}`,
      async () => {
        if (isShortened) task.log('its context is full: continues with a shortened history');
        const { idleSeconds } = program.spec;
        const asked = { ...program, options: { ...options, prompt: conversation.prompt() }, task, idleSeconds };
        const result = await askModel(asked);
        if ('overflow' in result) return { result, usage: {} };
        for (const call of callsIn(result)) task.log(describeCall(call, task));
        return { result, usage: turnUsage(result, program.spec.price) };
      },
    );
    if (!('overflow' in answer)) return answer;
    isShortened = conversation.shorten();
    if (!isShortened) throw failed(program, `cannot read that much: ${answer.overflow}`);
  }
}

/** The share of the context from which on older results are shortened. */
const fullShare = 0.8;

function fills({ tokens }: Turn, contextTokens = Number.POSITIVE_INFINITY): boolean {
  const { input, cacheRead, cacheWrite, output } = tokens;
  return input + cacheRead + cacheWrite + output > fullShare * contextTokens;
}

const cutRequest =
  'Your answer was cut off: it reached the limit of tokens. Go on in smaller steps, with less text in one answer.';
const emptyRequest = 'Your answer was empty. Go on with your task, or say in a sentence that it is done.';

function unfinishedText(turn: Turn, maxTokens: number | undefined): string {
  if (turn.finish !== 'length') {
    const isCall = callsIn(turn).length > 0;
    return isCall
      ? `called tools with input that is no JSON object, in ${unfinishedMax} answers in a row`
      : `answered nothing ${unfinishedMax} times`;
  }
  const limit = maxTokens === undefined ? 'set maxTokens of the agent' : `maxTokens of the agent is ${maxTokens}`;
  return `reached the limit of tokens in ${unfinishedMax} answers in a row; ${limit}`;
}

function failed({ identity }: LlmProgram, what: string): TroupeError {
  return modelError(identity, 'AGENT_FAILED', `${identity.name} ${what}`);
}

function requestOptions({ spec }: LlmProgram, { tools }: ModelTools): Omit<LanguageModelV3CallOptions, 'prompt'> {
  const functions = tools.map(tool => {
    const { $schema: _, ...inputSchema } = toolJsonSchema(tool);
    return { type: 'function' as const, name: tool.name, description: tool.description, inputSchema };
  });
  return {
    ...(functions.length > 0 && { tools: functions, toolChoice: { type: 'auto' } }),
    ...(spec.maxTokens !== undefined && { maxOutputTokens: spec.maxTokens }),
    providerOptions: providerOptions(spec),
  };
}

interface CallContext {
  program: LlmProgram;
  task: AgentTask;
  given: ModelTools;
  refused: string[];
}

async function makeCall(context: CallContext, call: ToolCallPart, turn: Turn): Promise<CallResult> {
  const { program, task, given, refused } = context;
  const wrong = (text: string) => ({ call, text, isError: true });
  const input = inputOf(call);
  if (input === null) {
    const why = turn.finish === 'length' ? 'was cut off at the limit of tokens' : 'is not a JSON object';
    return wrong(`The input of the call ${why}; nothing was done. Call it again.`);
  }
  const tool = given.tools.find(({ name }) => name === call.name);
  if (tool === undefined) return wrong(`There is no tool ${call.name}; there are ${names(given.tools)}.`);
  try {
    return { call, text: await tool.call(input), isError: false };
  } catch (thrown) {
    if (task.signal.aborted) throw stoppedError(program.identity, thrown);
    if (!TroupeError.is(thrown) || !correctable.has(thrown.code)) throw thrown;
    const described = describeCall(call, task);
    task.log(`${described}: ${thrown.message}`);
    if (thrown.code === 'TOOL_REFUSED' && refused.length < refusedMax) refused.push(`${described}: ${thrown.message}`);
    return wrong(`${thrown.code}: ${thrown.message}`);
  }
}

function toAnswer(summary: string, { message }: ModelTools, refused: readonly string[]): AgentAnswer {
  return {
    decisions: [],
    summary,
    ...(message && { message }),
    ...(refused.length > 0 && { refused: { actions: [...new Set(refused)], permissions: null } }),
  };
}

const names = (tools: readonly ModelTool[]) => tools.map(({ name }) => name).join(', ');

const callsIn = ({ parts }: Turn): ToolCallPart[] => parts.filter(part => part.type === 'tool-call');

const textOf = (parts: readonly TurnPart[]) =>
  parts
    .flatMap(part => (part.type === 'text' ? [part.text] : []))
    .join('\n')
    .trim();

/** `edits src/a.ts`, `runs npm test`. */
function describeCall(call: ToolCallPart, { directory }: Pick<AgentTask, 'directory'>): string {
  const input = inputOf(call) ?? {};
  const { argv } = input;
  if (call.name === 'run' && Array.isArray(argv)) return describeTool('bash', { command: argv.map(String) }, directory);
  return describeTool(call.name, call.name === 'search' ? { query: input.text } : input, directory);
}

function instructions({ role }: Pick<AgentTask, 'role'>): string {
  const own = isReadOnlyRole(role)
    ? ['You only look: you can change nothing.']
    : [
        'You work in a copy of the project of your own; no other agent changes it.',
        'Read what you change before you change it. Prefer small edits to writing whole files. Check your work, with the tests of the project where there are some.',
        'Do what is asked and no more. Decide what you can decide yourself, and say in the end what you decided. Ask the person only what you cannot find out and what changes your work.',
      ];
  return [
    'You are a software engineer. You work on a project with the tools that you have; paths are relative to the root of the project.',
    ...own,
    'When you are done, end with a short text that says what you did or found, and call no tool.',
  ].join('\n');
}
