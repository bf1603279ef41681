/** Whether a person who typed `wanted` means this id: all of it, its beginning or its end. An empty word means none. */
export function isCalled(id: string, wanted: string): boolean {
  const word = wanted.toUpperCase();
  return word !== '' && (id.startsWith(word) || id.endsWith(word));
}
