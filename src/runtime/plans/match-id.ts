/** Whether `wanted`, in either case, is this id, its beginning or its end. An empty word matches none. */
export function matchesId(id: string, partialId: string): boolean {
  const part = partialId.toUpperCase();
  return part !== '' && (id.startsWith(part) || id.endsWith(part));
}
