import { type ApplyTarget, type SerializedError, TargetChange, TroupeError } from '../../index.ts';
import { sanitizeLine } from '../../presentation/sanitize.ts';
import type { CommandContext } from '../command.ts';
import { isInteractive, promptLine } from './prompt.ts';

/**
 * Asks where to apply a result when another branch is checked out than intended. null when there is nothing to ask.
 * @throws {TroupeError} TARGET_CHANGED without a terminal; CANCELLED when the answer is neither
 */
export async function chooseApplyTarget(
  context: CommandContext,
  obstacle: SerializedError | null,
): Promise<ApplyTarget | null> {
  if (obstacle?.code !== 'TARGET_CHANGED') return null;
  const change = TargetChange.safeParse(obstacle.details);
  if (!change.success || context.globals.yes || !isInteractive(context)) throw TroupeError.deserialize(obstacle);
  const choices = choicesOf(change.data);
  const lines = choices.map(({ text }, at) => `  ${at + 1}  ${sanitizeLine(text)}\n`);
  const answer = await promptLine(
    context.io,
    `${sanitizeLine(obstacle.message)}.\n${lines.join('')}Where to? A number, or nothing to stop: `,
  );
  const chosen = choices[Number(answer) - 1];
  if (chosen !== undefined) return chosen.target;
  throw new TroupeError('CANCELLED', 'Not applied; nothing was changed', { hints: obstacle.hints });
}

function choicesOf({ meant: intended, now, isThere }: TargetChange): { text: string; target: ApplyTarget }[] {
  const choices: { text: string; target: ApplyTarget }[] = [];
  const { root, branch } = intended;
  if (isThere) {
    const target = { kind: 'checkout' as const, root, ...(branch !== null && { branch }) };
    choices.push({ text: `there, to ${branch === null ? root : `branch ${branch} in ${root}`}`, target });
  } else if (branch !== null) {
    choices.push({ text: `to branch ${branch}; this checkout stays as it is`, target: { kind: 'branch', branch } });
  }
  if (now.branch !== null) {
    choices.push({
      text: `to branch ${now.branch}, which is checked out here`,
      target: { kind: 'checkout', root: now.root, branch: now.branch },
    });
  }
  return choices;
}
