import { broken } from './frames.ts';
import { pack } from './values.ts';

/** Writes values down as they travel. */
export interface Scribe {
  /** As JSON; undefined as nothing. @throws {Fault} PROTOCOL_BROKEN when it is longer than a client takes */
  write(value: unknown): string | undefined;
  /** The same for what never changes and goes to many: an event is written down once for all who follow. */
  writeOnce(value: unknown): string | undefined;
}

export function scribe(bytesMax: number): Scribe {
  const written = new WeakMap<object, string>();
  const write = (value: unknown) => {
    if (value === undefined) return undefined;
    const json = JSON.stringify(pack(value));
    // A character takes three bytes at most: only what might be too long is measured.
    if (json.length * 3 > bytesMax && Buffer.byteLength(json) > bytesMax) {
      throw broken(`An answer is longer than ${bytesMax} bytes; ask for less of it`);
    }
    return json;
  };
  return {
    write,
    writeOnce(value) {
      if (typeof value !== 'object' || value === null) return write(value);
      const known = written.get(value) ?? write(value);
      if (known !== undefined) written.set(value, known);
      return known;
    },
  };
}
