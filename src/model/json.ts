/** Parses JSON; returns null for invalid or truncated text. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

/** Maximum nesting in data from an agent. JSON.stringify and every traversal use stack for each level. */
export const nestingMax = 200;

/** Returns whether a value nests deeper than that. Works without recursion, and stops at the first path that is too deep. */
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
