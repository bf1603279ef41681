/** Whether `wanted`, in either case, is this id, its beginning or its end. An empty word matches none. */
export function matchesId(id: string, wanted: string): boolean {
  const word = wanted.toUpperCase();
  return word !== '' && (id.startsWith(word) || id.endsWith(word));
}
