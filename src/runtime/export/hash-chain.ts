/**
 * A chain of lines. `hash` is the SHA-256 of the previous hash, a newline, and the line's text without its hash; the
 * first line uses an empty previous hash. Changing, removing or moving a line breaks the chain there. This detects
 * damage and mistakes, not a forgery of the whole chain.
 */

import { createHash } from 'node:crypto';
import { commandHint } from '../../model/command-hint.ts';
import { TroupeError } from '../../model/errors.ts';

const linePattern = /^(\{"line":(\d+),.*),"hash":"([0-9a-f]{64})"\}$/s;

export interface SealedLine {
  text: string;
  hash: string;
}

export function sealLine(body: object, { line, before }: { line: number; before: string }): SealedLine {
  const text = JSON.stringify({ line, ...body });
  const hash = hashOf(text, before);
  return { text: `${text.slice(0, -1)},"hash":"${hash}"}`, hash };
}

/** Returns the content of a line once its hash is verified. @throws {TroupeError} EXPORT_DAMAGED */
export function verifyLine(
  text: string,
  { line, before }: { line: number; before: string },
): { body: object; hash: string } {
  const [, start, number, hash] = linePattern.exec(text) ?? [];
  if (start === undefined || hash === undefined) throw exportDamagedError(line, 'is not a line of an export');
  const actual = Number(number);
  if (actual > line) throw exportDamagedError(line, `is missing: line ${actual} is in its place`);
  if (actual < line) throw exportDamagedError(line, `is out of order: line ${actual} is in its place`);
  if (hashOf(`${start}}`, before) !== hash) throw exportDamagedError(line, 'was changed');
  const { line: _, ...body } = JSON.parse(`${start}}`) as Record<string, unknown>;
  return { body, hash };
}

export function exportDamagedError(line: number, what: string): TroupeError {
  return new TroupeError('EXPORT_DAMAGED', `Line ${line} of the export ${what}; export the plan again where it is`, {
    where: `line ${line}`,
    hints: [commandHint('help export')],
    details: { line },
  });
}

const hashOf = (text: string, before: string) => createHash('sha256').update(`${before}\n${text}`).digest('hex');
