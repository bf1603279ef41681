/** Returns the full name with its namespace, spelled as you typed it. */
export function qualifyName(name: string): string {
  return name.includes('/') ? name : `local/${name}`;
}

/** The form in which a name is stored and looked up: names keep their case and are compared without it. */
export function nameKey(name: string): string {
  return qualifyName(name).toLowerCase();
}
