/** One answer of a model, read from the stream in which it arrives. */
import type { LanguageModelV3StreamPart } from '../../../libraries/anthropic.ts';
import type { AgentUsage } from '../../../model/budget.ts';
import { calculateCost, type ModelPrice, type TokenCounts } from '../../../model/price.ts';

type Metadata = NonNullable<Extract<LanguageModelV3StreamPart, { type: 'text-start' }>['providerMetadata']>;

/** A part of an answer. `metadata` goes back to the provider as it came: signatures of thoughts are in it. */
export type TurnPart =
  | { type: 'text' | 'reasoning'; text: string; metadata?: Metadata }
  | { type: 'tool-call'; id: string; name: string; input: string; metadata?: Metadata };

export type ToolCallPart = Extract<TurnPart, { type: 'tool-call' }>;

/** An answer as it is recorded. */
export interface Turn {
  parts: TurnPart[];
  finish: 'stop' | 'length' | 'content-filter' | 'tool-calls' | 'other';
  tokens: TokenCounts;
}

/** What is recorded in place of an answer when the request was too long for the model. */
export interface Overflow {
  /** What the provider says. */
  overflow: string;
}

/** The connection ended before the answer did. */
export class CutStreamError extends Error {
  override name = 'CutStreamError';
}

/** The service accepted the request and then sent nothing more. */
export class SilentModelError extends Error {
  override name = 'SilentModelError';
}

/** @throws {CutStreamError} and what the provider reports in the stream */
export async function readTurn(
  stream: ReadableStream<LanguageModelV3StreamPart>,
  { onText, onPart }: { onText: (text: string) => void; onPart: () => void },
): Promise<Turn> {
  const parts: TurnPart[] = [];
  const open = new Map<string, Extract<TurnPart, { type: 'text' | 'reasoning' }>>();
  let end: Extract<LanguageModelV3StreamPart, { type: 'finish' }> | null = null;

  for await (const part of stream) {
    onPart();
    switch (part.type) {
      case 'text-start':
      case 'reasoning-start': {
        const type = part.type === 'text-start' ? 'text' : 'reasoning';
        const started = { type, text: '', ...(part.providerMetadata && { metadata: part.providerMetadata }) } as const;
        open.set(`${type} ${part.id}`, started);
        parts.push(started);
        break;
      }
      case 'text-delta':
      case 'reasoning-delta':
      case 'text-end':
      case 'reasoning-end': {
        const [type, event] = part.type.split('-');
        const started = open.get(`${type} ${part.id}`);
        if (started === undefined) break;
        if ('delta' in part) started.text += part.delta;
        if (part.providerMetadata !== undefined) started.metadata = merge(started.metadata, part.providerMetadata);
        if (type === 'text') onText('delta' in part ? part.delta : '\n');
        if (event === 'end') open.delete(`${type} ${part.id}`);
        break;
      }
      case 'tool-call':
        if (part.providerExecuted) break;
        parts.push({
          ...{ type: 'tool-call', id: part.toolCallId, name: part.toolName, input: part.input },
          ...(part.providerMetadata && { metadata: part.providerMetadata }),
        });
        break;
      case 'error':
        throw part.error;
      case 'finish':
        end = part;
        break;
      default:
    }
  }
  return toTurn(parts, end);
}

function toTurn(parts: TurnPart[], end: Extract<LanguageModelV3StreamPart, { type: 'finish' }> | null): Turn {
  const { unified, raw } = end?.finishReason ?? {};
  if (end === null || (unified === 'other' && raw === undefined)) throw new CutStreamError('the answer broke off');
  if (unified === 'error') throw new CutStreamError(`the answer ended with ${raw ?? 'an error'}`);
  const { inputTokens, outputTokens } = end.usage;
  const [cacheRead, cacheWrite] = [inputTokens.cacheRead ?? 0, inputTokens.cacheWrite ?? 0];
  return {
    parts: parts.filter(part => part.type !== 'text' || part.text !== ''),
    finish: unified ?? 'other',
    tokens: {
      input: inputTokens.noCache ?? Math.max(0, (inputTokens.total ?? 0) - cacheRead - cacheWrite),
      ...{ cacheRead, cacheWrite, output: outputTokens.total ?? 0 },
    },
  };
}

function merge(known: Metadata | undefined, more: Metadata): Metadata {
  const merged: Metadata = { ...known };
  for (const [provider, values] of Object.entries(more)) merged[provider] = { ...merged[provider], ...values };
  return merged;
}

/** Returns the tokens of a turn, and its cost if the price is known. */
export function turnUsage({ tokens }: Pick<Turn, 'tokens'>, price: ModelPrice | undefined): AgentUsage {
  const { input, cacheRead, cacheWrite, output } = tokens;
  const all = { tokens: input + cacheRead + cacheWrite + output };
  return price === undefined ? all : { ...all, usd: calculateCost(tokens, price) };
}
