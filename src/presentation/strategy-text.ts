/** A strategy as text that you can edit. */
import { parse, stringify } from 'yaml';
import { describeIssue, describeIssues, StrategyDraft, TroupeError } from '../index.ts';
import { messageOf } from '../model/caught-error.ts';
import { type CommandHint, withOptions } from '../model/command-hint.ts';

const explanation = ` The strategy of this plan. What you change becomes a new revision; the old one stays on record.
 An entry without an id is new, one that is taken out is withdrawn. dependsOn names subplans by id, or by a key
 of your own. Leave everything as it is to change nothing.
`;

export function formatStrategyDraft(draft: StrategyDraft): string {
  return `${explanation.replace(/^/gm, '#').replace(/#$/, '')}${stringify(draft, { lineWidth: 0 })}`;
}

/** `again` is the command to start over. @throws {TroupeError} INVALID_DECISION */
export function parseStrategyDraft(text: string, again: CommandHint): StrategyDraft {
  try {
    return validateDraft(parse(text), again);
  } catch (cause) {
    if (TroupeError.is(cause)) throw cause;
    const [why] = messageOf(cause).split('\n');
    throw new TroupeError('INVALID_DECISION', `The strategy is not YAML: ${why}`, {
      hints: [withOptions(again, { print: true })],
      cause,
    });
  }
}

function validateDraft(value: unknown, again: CommandHint): StrategyDraft {
  const parsed = StrategyDraft.safeParse(value, { error: describeIssue });
  if (parsed.success) return parsed.data;
  throw new TroupeError('INVALID_DECISION', `The strategy cannot be read: ${describeIssues(parsed.error, 'it')}`, {
    hints: [withOptions(again, { print: true })],
  });
}
