/** A strategy as text that a person changes. */
import { parse, stringify } from 'yaml';
import { Fault, inWords, PlanDraft } from '../index.ts';

const explanation = ` The strategy of this plan. What you change becomes a new revision; the old one stays on record.
 An entry without an id is new, one that is taken out is withdrawn. dependsOn names subplans by id, or by a key
 of your own. Leave everything as it is to change nothing.
`;

export function textOfDraft(draft: PlanDraft): string {
  return `${explanation.replace(/^/gm, '#').replace(/#$/, '')}${stringify(draft, { lineWidth: 0 })}`;
}

/** `again` is typed to begin anew. @throws {Fault} INVALID_DECISION */
export function draftIn(text: string, again: string): PlanDraft {
  try {
    return draftOf(parse(text), again);
  } catch (cause) {
    if (Fault.is(cause)) throw cause;
    const [why] = (cause instanceof Error ? cause.message : String(cause)).split('\n');
    throw new Fault('INVALID_DECISION', `The strategy is not YAML: ${why}`, { hints: [`${again} --print`], cause });
  }
}

function draftOf(value: unknown, again: string): PlanDraft {
  const parsed = PlanDraft.safeParse(value, { error: inWords });
  if (parsed.success) return parsed.data;
  const why = parsed.error.issues.map(({ path, message }) => `${path.join('.') || 'it'}: ${message}`).join('; ');
  throw new Fault('INVALID_DECISION', `The strategy cannot be read: ${why}`, { hints: [`${again} --print`] });
}
