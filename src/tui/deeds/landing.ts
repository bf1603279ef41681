/** A result brought home: all of it, or the parts that are marked. */
import { resolve } from 'node:path';
import { painter } from '../../cli/paint.ts';
import { count } from '../../cli/progress/sentence.ts';
import { targetName } from '../../cli/target.ts';
import { previewText } from '../../cli/view/landing.ts';
import { summarize } from '../../cli/view/summary.ts';
import { type ApplyOptions, type ApplyTarget, Fault, type PlanRecord } from '../../index.ts';
import { firstWord } from '../first-word.ts';
import { begun, type Deed, type Hand, selected } from '../hand.ts';
import { guard } from './guard.ts';

/** `branch NAME`, `patch FILE`, or nothing for the checkout. */
export const apply: Deed = async (hand, words) => {
  const target = targetOf(words, hand.outside.folder);
  const { plan, record } = await selected(hand);
  if (!record.ways.includes('apply') && !record.ways.includes('approve'))
    throw guard(record, 'there is no result to apply');
  const only = markedOf(hand, record);
  const options: ApplyOptions = { ...(target !== undefined && { target }), ...(only.length === 0 ? {} : { only }) };
  const what = only.length === 0 ? 'Apply' : `Apply ${count(only.length, 'part')}`;
  const preview = await plan.preview(options);
  const name = targetName(preview.target, record);
  const summary = await summarize(plan, record);
  const facts = previewText({ preview, record, summary, target: name, paint: painter(false) }).split('\n');
  if (!(await hand.ask(`${what} to ${name}?`, facts))) return 'not applied';
  await plan.asSeen(record).apply(options);
  await begun(plan);
  return `"${record.description}" lands on ${name}`;
};

/** Parts are counted in one result: the numbers of another would name other hunks. @throws {Fault} LOCK_CONFLICT */
function markedOf(hand: Hand, { planId, resultTree }: PlanRecord): string[] {
  const { marks } = hand.facts().state;
  if (marks === null) return [];
  if (marks.tree === resultTree) return [...marks.parts];
  throw new Fault('LOCK_CONFLICT', 'The result is not the one whose parts are marked; M marks nothing', {
    where: `plan ${planId}`,
    hints: [`troupe plan review --plan ${planId}`],
  });
}

function targetOf(words: string, folder: string): ApplyTarget | undefined {
  const { word: kind, rest: name } = firstWord(words);
  if (kind === 'branch' && name !== '') return { kind: 'branch', branch: name };
  if (kind === 'patch' && name !== '') return { kind: 'patch', file: resolve(folder, name) };
  if (kind === '') return undefined;
  throw new Fault('USAGE', `A result lands in the checkout, on "branch NAME" or in "patch FILE", not "${words}"`);
}
