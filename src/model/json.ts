/** What JSON text says; null where it is not JSON, which what was cut off while it was written is not. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

/** Levels of objects and lists in what an agent gives. JSON.stringify and all that walks through a value use the stack for each. */
export const nestingMax = 200;

/** Whether a value nests deeper than that. It walks without recursion, and stops at the first path that is too deep. */
export function isTooDeep(value: unknown): boolean {
  const open: { value: unknown; level: number }[] = [{ value, level: 0 }];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    if (typeof next.value !== 'object' || next.value === null) continue;
    const level = next.level + 1;
    if (level > nestingMax) return true;
    for (const inner of Object.values(next.value)) open.push({ value: inner, level });
  }
  return false;
}
