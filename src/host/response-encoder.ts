import { encode } from './codec.ts';
import { protocolError } from './ndjson.ts';

/** Writes values down as they travel. */
export interface ResponseEncoder {
  /** As JSON; undefined as nothing. @throws {TroupeError} PROTOCOL_BROKEN when it is longer than a client takes */
  encode(value: unknown): string | undefined;
  /** The same for what never changes and goes to many: an event is written down once for all who follow. */
  encodeOnce(value: unknown): string | undefined;
}

export function createResponseEncoder(bytesMax: number): ResponseEncoder {
  const encoded = new WeakMap<object, string>();
  const write = (value: unknown) => {
    if (value === undefined) return undefined;
    const json = JSON.stringify(encode(value));
    // A character takes three bytes at most: only what might be too long is measured.
    if (json.length * 3 > bytesMax && Buffer.byteLength(json) > bytesMax) {
      throw protocolError(`An answer is longer than ${bytesMax} bytes; ask for less of it`);
    }
    return json;
  };
  return {
    encode: write,
    encodeOnce(value) {
      if (typeof value !== 'object' || value === null) return write(value);
      const known = encoded.get(value) ?? write(value);
      if (known !== undefined) encoded.set(value, known);
      return known;
    },
  };
}
