/** Returns whether `partialId`, in either case, is this id, its prefix or its suffix. An empty string matches none. */
export function matchesId(id: string, partialId: string): boolean {
  const part = partialId.toUpperCase();
  return part !== '' && (id.startsWith(part) || id.endsWith(part));
}
