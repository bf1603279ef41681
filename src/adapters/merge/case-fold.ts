/** A name as file systems see it that do not tell upper from lower case. */
export function caseFolded(name: string): string {
  return name.toLowerCase();
}
