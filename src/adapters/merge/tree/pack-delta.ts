/**
 * An object of a pack that is written as a difference: pieces to copy from its base, and bytes of its own (gitformat-pack, "Deltified
 * representation"). null where the difference does not fit the base, or gives more than `bytesMax`.
 */
export function applyPackDelta(base: Buffer, delta: Buffer, bytesMax: number): Buffer | null {
  let at = 0;
  const next = () => delta[at++] ?? 0;
  const size = () => {
    let found = 0;
    for (let unit = 1; ; unit *= 128) {
      const byte = next();
      found += (byte & 127) * unit;
      if (byte < 128) return found;
    }
  };
  if (size() !== base.length) return null;
  const total = size();
  if (total > bytesMax) return null;
  const parts: Buffer[] = [];
  while (at < delta.length) {
    const word = next();
    if (word === 0) return null;
    if (word < 128) {
      parts.push(delta.subarray(at, at + word));
      at += word;
      continue;
    }
    // Bits 0 to 3 say which bytes of the offset are written, bits 4 to 6 which of the length; the others are 0.
    let [offset, length] = [0, 0];
    for (let bit = 0; bit < 4; bit++) if (word & (1 << bit)) offset += next() * 256 ** bit;
    for (let bit = 0; bit < 3; bit++) if (word & (16 << bit)) length += next() * 256 ** bit;
    if (length === 0) length = 0x10000;
    parts.push(base.subarray(offset, offset + length));
  }
  const content = Buffer.concat(parts);
  return content.length === total ? content : null;
}
