/** What a model is sent with each request: instructions, the task, its own answers, and the results of its calls. */
import type { LanguageModelV3CallOptions } from '../../../libraries/anthropic.ts';
import { parseJson } from '../../../model/json.ts';
import { isObject } from '../formats/json-line.ts';
import type { ToolCallPart, Turn, TurnPart } from './turn.ts';

type Prompt = LanguageModelV3CallOptions['prompt'];
type Message = Prompt[number];
type AssistantContent = Extract<Message, { role: 'assistant' }>['content'];

/** The result of a call as the model reads it. */
export interface CallResult {
  call: ToolCallPart;
  text: string;
  isError: boolean;
}

export interface Conversation {
  /** The messages of the next request. */
  prompt(): Prompt;
  addTurn(turn: Pick<Turn, 'parts'>): void;
  addResults(results: readonly CallResult[]): void;
  addText(text: string): void;
}

/** The beginning of a request up to here is the same in the next one: a provider may read it from its cache. */
const cached = { anthropic: { cacheControl: { type: 'ephemeral' } } };

export function createConversation(instructions: string, task: string): Conversation {
  const messages: Message[] = [{ role: 'user', content: [{ type: 'text', text: task }] }];
  return {
    prompt() {
      const last = messages.length - 1;
      const sent = messages.map((message, at) => (at === last ? { ...message, providerOptions: cached } : message));
      return [{ role: 'system', content: instructions, providerOptions: cached }, ...sent];
    },
    addTurn({ parts }) {
      if (parts.length > 0) messages.push({ role: 'assistant', content: parts.map(toContent) });
    },
    addResults(results) {
      const content = results.map(({ call, text, isError }) => ({
        ...{ type: 'tool-result' as const, toolCallId: call.id, toolName: call.name },
        output: { type: isError ? ('error-text' as const) : ('text' as const), value: text },
      }));
      messages.push({ role: 'tool', content });
    },
    addText(text) {
      messages.push({ role: 'user', content: [{ type: 'text', text }] });
    },
  };
}

function toContent(part: TurnPart): AssistantContent[number] {
  const options = part.metadata && { providerOptions: part.metadata };
  if (part.type !== 'tool-call') return { type: part.type, text: part.text, ...options };
  return { type: 'tool-call', toolCallId: part.id, toolName: part.name, input: inputOf(part) ?? {}, ...options };
}

/** Returns the input of a call; null if it is not a JSON object. A call without input has an empty text. */
export function inputOf({ input }: Pick<ToolCallPart, 'input'>): Record<string, unknown> | null {
  const value = input.trim() === '' ? {} : parseJson(input);
  return isObject(value) ? value : null;
}
