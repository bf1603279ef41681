/** A row of docs/requirements.md. */
export interface Requirement {
  id: string;
  statement: string;
  /** The row that says the same, and whose tests count for this one. */
  sameAs: string | null;
}

/** Reads the rows out of the document's tables. */
export function readRequirements(markdown: string): Requirement[] {
  return [...markdown.matchAll(/^\| (R\d+) \| (.+) \|$/gm)].map(([, id = '', statement = '']) => ({
    id,
    statement,
    sameAs: /^Same as (R\d+)\.$/.exec(statement)?.[1] ?? null,
  }));
}
