/** What JSON text says; null where it is not JSON, which what was cut off while it was written is not. */
export function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
