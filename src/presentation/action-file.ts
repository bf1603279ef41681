/** Names of stored actions have neither a dot nor a beginning slash. */
export function isActionFile(name: string): boolean {
  return name.startsWith('.') || name.startsWith('/') || /\.(?:ya?ml|json)$/.test(name);
}
