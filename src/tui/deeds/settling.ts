/** Deeds that settle conflicts: all of a path from its own row, one hunk from a row of it. */
import { Fault, type Take } from '../../index.ts';
import { type Deed, type Hand, selected } from '../hand.ts';
import type { ConflictItem } from '../panes/conflicts.ts';

const taking =
  (take: Extract<Take, string>): Deed =>
  async hand => {
    const { path, hunk } = conflictOf(hand);
    await settle(hand, path, take, hunk);
    return `took ${take} for ${path}${hunk === null ? '' : `, hunk ${hunk}`}`;
  };

export const ours = taking('ours');
export const theirs = taking('theirs');
export const base = taking('base');
export const both = taking('both');

export const edit: Deed = async hand => {
  const { path } = conflictOf(hand);
  const { plan } = await selected(hand);
  const { content } = await plan.conflict(path);
  await settle(hand, path, { content: await hand.outside.settle(path, content) }, null);
  return `took what you wrote for ${path}`;
};

export const giveToAgent: Deed = async hand => {
  const { path } = conflictOf(hand);
  await settle(hand, path, { actor: null }, null);
  return `an agent settles ${path}`;
};

async function settle(hand: Hand, path: string, take: Take, hunk: number | null): Promise<void> {
  const { plan } = await selected(hand);
  await plan.resolve(path, take, hunk === null ? {} : { hunk });
}

function conflictOf(hand: Hand): ConflictItem {
  const item = hand.item() as ConflictItem | undefined;
  if (item === undefined) throw new Fault('USAGE', 'There is no conflict to settle');
  return item;
}
