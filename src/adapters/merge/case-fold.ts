/** Returns a name as case-insensitive file systems compare it. */
export function caseFolded(name: string): string {
  return name.toLowerCase();
}
