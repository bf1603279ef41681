import { type ApplyTarget, Fault, type StoredFault, TargetChange } from '../index.ts';
import { ask, canAsk } from './ask.ts';
import { cleanLine } from './clean.ts';
import type { Context } from './verb.ts';

/**
 * Another branch is checked out than the one a result is meant for: asks a person where it goes. null when there is
 * nothing to ask.
 * @throws {Fault} TARGET_CHANGED when there is no terminal to ask on; CANCELLED when the answer is neither
 */
export async function whereTo(context: Context, obstacle: StoredFault | null): Promise<ApplyTarget | null> {
  if (obstacle?.code !== 'TARGET_CHANGED') return null;
  const change = TargetChange.safeParse(obstacle.details);
  if (!change.success || context.globals.yes || !canAsk(context)) throw Fault.revive(obstacle);
  const choices = choicesOf(change.data);
  const lines = choices.map(({ text }, at) => `  ${at + 1}  ${cleanLine(text)}\n`);
  const answer = await ask(
    context.io,
    `${cleanLine(obstacle.message)}.\n${lines.join('')}Where to? A number, or nothing to stop: `,
  );
  const chosen = choices[Number(answer) - 1];
  if (chosen !== undefined) return chosen.target;
  throw new Fault('CANCELLED', 'Not applied; nothing was changed', { hints: obstacle.hints });
}

function choicesOf({ meant, now, isThere }: TargetChange): { text: string; target: ApplyTarget }[] {
  const choices: { text: string; target: ApplyTarget }[] = [];
  const { root, branch } = meant;
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
