/** The APIs of model providers, as far as a stub needs them: requests are read, and answers written as streams. */

/** What a stub answers. */
export interface StubReply {
  thought?: string;
  text?: string;
  calls?: readonly { name: string; input: object | string }[];
  /** Tokens of the request; only for openai-compatible. @default 1500 */
  inputTokens?: number;
  /** @default tool calls, or the end */
  finish?: 'stop' | 'length' | 'refusal';
  /** Ends the connection before the end of the answer: after half of it, or at once; or sends no more, and leaves it open. */
  cut?: 'halfway' | 'at once' | 'silent';
  /** An error in place of an answer. */
  status?: number;
  message?: string;
  headers?: Record<string, string>;
}

/** What a stub was asked. */
export interface StubRequest {
  api: StubApi;
  path: string;
  headers: Record<string, unknown>;
  body: Record<string, unknown>;
  /** The instructions and the task. */
  system: string;
  task: string;
  tools: string[];
  /** How often the model has answered before in this conversation. */
  turn: number;
  /** The results of the last answer's calls. */
  results: string[];
}

export type StubApi = 'anthropic' | 'openai' | 'google' | 'openai-compatible';

export interface Wire {
  read(body: never): Pick<StubRequest, 'system' | 'task' | 'tools' | 'turn' | 'results'>;
  /** The events of the stream, without the last if the answer is cut. */
  write(reply: StubReply, id: number): string[];
  /** The answer to a request that wants no stream, as programs make for side questions. */
  whole(reply: StubReply, id: number): object;
  error(message: string, status: number): object;
}

export interface Piece {
  type?: string;
  text?: string;
  content?: unknown;
}
export interface Message {
  role?: string;
  type?: string;
  content?: string | Piece[];
  parts?: { text?: string; functionResponse?: { response: unknown } }[];
  output?: unknown;
}

export const flat = (content: unknown): string =>
  typeof content === 'string'
    ? content
    : Array.isArray(content)
      ? content.map(piece => flat((piece as Piece).text ?? (piece as Piece).content ?? '')).join('\n')
      : JSON.stringify(content);
export const words = (text: string) => text.match(/\S+\s*/g) ?? [];
export const json = (input: object | string) => (typeof input === 'string' ? input : JSON.stringify(input));
export const event = (value: object) => `data: ${JSON.stringify(value)}\n\n`;
export const halves = (text: string) => [text.slice(0, text.length / 2), text.slice(text.length / 2)];
/** Everything after the last answer. */
export const since = <Each extends Message>(messages: Each[], role: string) =>
  messages.slice(messages.findLastIndex(each => each.role === role) + 1);
