/**
 * What a model is sent with each request: instructions, the task, its own answers, and the results of its calls. When they become
 * too much for its context, the oldest are shortened; what is sent follows from the recorded answers alone.
 */
import type { LanguageModelV3CallOptions } from '../../../libraries/anthropic.ts';
import { parseJson } from '../../../model/json.ts';
import { truncateEnd } from '../../../model/truncate.ts';
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
  /** Shortens old messages, further with each call. Returns whether there was something to shorten. */
  shorten(): boolean;
  /** There is room again: the next `shorten` begins with the mildest measure. */
  endShortening(): void;
}

/** An answer, and what followed it. */
interface Exchange {
  parts: readonly TurnPart[];
  results: CallResult[];
  /** The message that follows it, if it made no call. */
  text: string | null;
}

/** The measures of `shorten`, from mild to severe. */
interface Measure {
  /** How many of the last answers stay as they are. */
  kept: number;
  /** Whether the answers before are replaced by a list of what was done, or only the results of their calls shortened. */
  isListed: boolean;
  /** Characters of a result of the answers that stay. */
  resultMax: number;
  /** Characters of the list. */
  listMax: number;
}
const measures: readonly Measure[] = [
  { kept: 2, isListed: false, resultMax: Number.POSITIVE_INFINITY, listMax: Number.POSITIVE_INFINITY },
  { kept: 2, isListed: true, resultMax: 8000, listMax: 12_000 },
  { kept: 1, isListed: true, resultMax: 2000, listMax: 4000 },
];
/** Characters of a result that was shortened, and of a text in the list. */
const oldResultMax = 300;
const listedTextMax = 600;

/** The beginning of a request up to here is the same in the next one: a provider may read it from its cache. */
const cached = { anthropic: { cacheControl: { type: 'ephemeral' } } };

/** @param describeCall `edits src/a.ts` */
export function createConversation(
  instructions: string,
  task: string,
  describeCall: (call: ToolCallPart) => string,
): Conversation {
  const exchanges: Exchange[] = [];
  /** What was done in answers that are no longer sent. */
  let listed: string[] = [];
  let measuresTaken = 0;

  const take = ({ kept, isListed, resultMax, listMax }: Measure): boolean => {
    const before = sizeOf(exchanges) + listed.join().length;
    const old = exchanges.slice(0, Math.max(0, exchanges.length - kept));
    if (isListed) {
      exchanges.splice(0, old.length);
      listed.push(...old.flatMap(exchange => listExchange(exchange, describeCall)));
      while (listed.length > 1 && listed.join('\n').length > listMax) listed = listed.slice(1);
    } else {
      for (const { results } of old) for (const result of results) shortenResult(result, oldResultMax);
    }
    for (const { results } of exchanges) for (const result of results) shortenResult(result, resultMax);
    return sizeOf(exchanges) + listed.join().length < before;
  };

  return {
    prompt() {
      const history = listed.length === 0 ? [] : [userMessage(`${listHeading}\n${listed.join('\n')}`)];
      const messages = [userMessage(task), ...history, ...exchanges.flatMap(toMessages)];
      const last = messages.length - 1;
      const sent = messages.map((message, at) => (at === last ? { ...message, providerOptions: cached } : message));
      return [{ role: 'system', content: instructions, providerOptions: cached }, ...sent];
    },
    addTurn({ parts }) {
      exchanges.push({ parts, results: [], text: null });
    },
    addResults(results) {
      exchanges.at(-1)?.results.push(...results);
    },
    addText(text) {
      const last = exchanges.at(-1);
      if (last !== undefined) last.text = text;
    },
    shorten() {
      for (let measure = measures[measuresTaken]; measure !== undefined; measure = measures[measuresTaken]) {
        measuresTaken += 1;
        if (take(measure)) return true;
      }
      return false;
    },
    endShortening() {
      measuresTaken = 0;
    },
  };
}

const listHeading =
  'You have worked on this already. Your older answers were removed to save space; the files are as you left them. What you said and did:';

function listExchange({ parts, results }: Exchange, describeCall: (call: ToolCallPart) => string): string[] {
  const says = parts.flatMap(part => (part.type === 'text' ? [`- "${shortText(part.text, listedTextMax)}"`] : []));
  const did = results.map(({ call, text, isError }) => {
    const showsEnd = isError || call.name === 'run';
    return `- ${describeCall(call)}${showsEnd ? `: ${shortText(text, oldResultMax)}` : ''}`;
  });
  return [...says, ...did];
}

const shortText = (text: string, max: number) => truncateEnd(text.trim().replace(/\s+/g, ' '), max);

function shortenResult(result: CallResult, max: number): void {
  const { length } = result.text;
  // What was shortened before is a little longer than the limit: its note.
  if (length <= max + 200) return;
  const note = `[Shortened to save space: there were ${length} characters. Call the tool again if you need them.]`;
  result.text = `${truncateEnd(result.text, max)}\n${note}`;
}

/** Characters of what may be shortened. */
function sizeOf(exchanges: readonly Exchange[]): number {
  const texts = exchanges.flatMap(({ parts, results }) => [
    ...parts.map(part => (part.type === 'tool-call' ? part.input : part.text)),
    ...results.map(({ text }) => text),
  ]);
  return texts.reduce((sum, text) => sum + text.length, 0);
}

const userMessage = (text: string): Message => ({ role: 'user', content: [{ type: 'text', text }] });

function toMessages({ parts, results, text }: Exchange): Message[] {
  const content = results.map(result => ({
    ...{ type: 'tool-result' as const, toolCallId: result.call.id, toolName: result.call.name },
    output: { type: result.isError ? ('error-text' as const) : ('text' as const), value: result.text },
  }));
  return [
    ...(parts.length === 0 ? [] : [{ role: 'assistant' as const, content: parts.map(toContent) }]),
    ...(content.length === 0 ? [] : [{ role: 'tool' as const, content }]),
    ...(text === null ? [] : [userMessage(text)]),
  ];
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
