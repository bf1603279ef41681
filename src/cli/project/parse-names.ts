/** Returns the names in a comma-separated list; empty ones, as after a last comma, do not count. */
export function parseNames(list: string | undefined): string[] | undefined {
  return list
    ?.split(',')
    .map(name => name.trim())
    .filter(name => name !== '');
}
