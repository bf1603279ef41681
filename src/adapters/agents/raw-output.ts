import { truncateEnd } from '../../model/truncate.ts';
import { isObject, parseJsonObject, stringAt } from './formats/json-line.ts';

/** Joined text is logged from this length on, up to its last whole word. */
const textCharactersMax = 64 * 1024;

/** A message that carries the next piece of a text. */
interface Piece {
  /** Equal for pieces of one text. */
  of: string;
  text: string;
  /** The message with another text. */
  message(text: string): unknown;
}

export interface RawOutput {
  write(line: string): void;
  /** Logs what is held back. */
  close(): void;
}

/**
 * Logs what an agent prints in its own format. Several agents print a text in pieces, one message for each: those are
 * logged as one message, because a secret that is divided would not be recognized.
 */
export function createRawOutput(log: (line: string) => void): RawOutput {
  let held: Piece | null = null;
  const flush = () => {
    if (held !== null) log(JSON.stringify(held.message(held.text)));
    held = null;
  };
  return {
    write(line) {
      // Each has all of the text so far. The message that ends it has it too.
      if (line.startsWith('{"type":"message_update"')) return;
      const piece = mayBePiece.test(line) ? pieceOf(line) : null;
      if (piece === null || piece.of !== held?.of) flush();
      if (piece === null) return log(line);
      const text = `${held?.text ?? ''}${piece.text}`;
      held = { ...piece, text };
      if (text.length <= textCharactersMax) return;
      const whole = truncateEnd(text, textCharactersMax);
      log(JSON.stringify(piece.message(whole)));
      held = { ...piece, text: text.slice(whole.length) };
    },
    close: flush,
  };
}

const mayBePiece = /_chunk"|"delta":\s*true/;

function pieceOf(line: string): Piece | null {
  const message = parseJsonObject(line);
  return message === null ? null : (chunkOf(message) ?? deltaOf(message));
}

/** A text of the Agent Client Protocol. */
function chunkOf(message: Record<string, unknown>): Piece | null {
  const { params } = message;
  const update = isObject(params) ? params.update : null;
  if (!isObject(params) || !isObject(update)) return null;
  const { sessionUpdate, content } = update;
  const text = stringAt(update, 'content', 'text');
  if (typeof sessionUpdate !== 'string' || !sessionUpdate.endsWith('_chunk') || text === null) return null;
  return {
    of: `${params.sessionId} ${sessionUpdate}`,
    text,
    message: whole => ({
      ...message,
      params: { ...params, update: { ...update, content: { ...(content as object), text: whole } } },
    }),
  };
}

/** A text of Gemini CLI. */
function deltaOf(message: Record<string, unknown>): Piece | null {
  const { delta, content, role } = message;
  if (delta !== true || typeof content !== 'string') return null;
  return { of: `delta ${role}`, text: content, message: whole => ({ ...message, content: whole }) };
}
