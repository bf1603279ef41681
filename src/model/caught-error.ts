/** The message of an error, or what was thrown as text. */
export function messageOf(thrown: unknown): string {
  return thrown instanceof Error ? thrown.message : String(thrown);
}

/** Whether an error of Node, of the operating system (`ENOENT`) or of a library has one of the codes. */
export function hasCode(thrown: unknown, ...codes: readonly (string | number)[]): boolean {
  return thrown instanceof Error && 'code' in thrown && codes.includes(thrown.code as string | number);
}
