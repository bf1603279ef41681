import { encode } from './codec.ts';
import { protocolError } from './ndjson.ts';

/** Encodes values for transport. */
export interface ResponseEncoder {
  /** Returns JSON; undefined for undefined. @throws {TroupeError} PROTOCOL_BROKEN when it is longer than a client accepts */
  encode(value: unknown): string | undefined;
  /** The same for an immutable value with many receivers: an event is encoded once for all clients. */
  encodeOnce(value: unknown): string | undefined;
}

export function createResponseEncoder(bytesMax: number): ResponseEncoder {
  const encoded = new WeakMap<object, string>();
  const write = (value: unknown) => {
    if (value === undefined) return undefined;
    const json = JSON.stringify(encode(value));
    // A character has at most three bytes: measure only what might be too long.
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
