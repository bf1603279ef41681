/** Search attributes as they are stored, and as text whose order is the order of the values. */
import { TroupeError } from '../../model/errors.ts';
import type { SearchValue } from './instances-api.ts';

/** A value in the row of an instance: plain JSON. */
export type StoredValue = string | number | boolean | { date: number };

/** Ends a value in a key; no encoded value contains it, and it sorts before everything that one contains. */
export const valueEnd = ' ';

/** Of a longer text only so much is in the key; the row has all of it. */
const textMax = 200;
/** Has no form in UTF-8. */
const loneSurrogate = /\p{Surrogate}/gu;

/** @throws {TroupeError} NOT_STORABLE for a value of another type */
export function toStoredValue(value: unknown, where: string): StoredValue {
  if (typeof value === 'string' || typeof value === 'boolean') return value;
  if (typeof value === 'number' && !Number.isNaN(value)) return value;
  if (value instanceof Date && !Number.isNaN(value.getTime())) return { date: value.getTime() };
  const kind = typeof value === 'number' || value instanceof Date ? String(value) : typeof value;
  throw new TroupeError(
    'NOT_STORABLE',
    `The search attribute "${where}" must be a string, a number, a boolean or a date; it is ${kind}.`,
    { where },
  );
}

export const fromStoredValue = (value: StoredValue): SearchValue =>
  typeof value === 'object' ? new Date(value.date) : value;

/** The key of a value: values of one type sort as the values do, and no two types mix. */
export function encodeSearchValue(value: StoredValue): string {
  if (typeof value === 'boolean') return value ? 'b1' : 'b0';
  if (typeof value === 'number') return `n${encodeNumber(value)}`;
  if (typeof value === 'object') return `d${encodeNumber(value.date)}`;
  return `s${encodeText(value.slice(0, textMax).replace(loneSurrogate, '\ufffd'))}`;
}

/** Negative, zero or positive; undefined for values of two types, which have no order. */
export function compareValues(a: StoredValue, b: StoredValue): number | undefined {
  if (typeof a !== typeof b) return undefined;
  if (typeof a === 'string' && typeof b === 'string') return Buffer.compare(Buffer.from(a), Buffer.from(b));
  return numberOf(a) - numberOf(b);
}

const numberOf = (value: StoredValue): number => Number(typeof value === 'object' ? value.date : value);

const signBit = 1n << 63n;

/** The bits of a double sort as the numbers when the sign is turned, and for negative ones all bits. */
function encodeNumber(value: number): string {
  const bytes = Buffer.alloc(8);
  bytes.writeDoubleBE(value === 0 ? 0 : value);
  const bits = bytes.readBigUInt64BE();
  const sorted = bits & signBit ? ~bits : bits | signBit;
  return BigInt.asUintN(64, sorted).toString(16).padStart(16, '0');
}

/** `valueEnd` and what sorts before it is written as `!` and another character. */
function encodeText(text: string): string {
  let encoded = '';
  for (const character of text) {
    encoded += character <= '!' ? `!${String.fromCharCode(character.charCodeAt(0) + 0x40)}` : character;
  }
  return encoded;
}
