/** Names of stored actions contain no dot and no leading slash. */
export function isActionFile(name: string): boolean {
  return name.startsWith('.') || name.startsWith('/') || /\.(?:ya?ml|json)$/.test(name);
}
