/** Notifies the user about plans that need them: once per need, several at the same time in one message. */
import { attentionItems, type PlanViews } from '../index.ts';
import type { HostServices } from './command-context.ts';
import { needLabels } from './labels.ts';

export function createNotifier({ notify }: Pick<HostServices, 'notify'>): (views: PlanViews) => void {
  let known: ReadonlySet<string> | null = null;
  return ({ loaded, plans }) => {
    if (!loaded) return;
    const needs = attentionItems(plans).filter(({ kind }) => kind !== 'paused');
    const before = known;
    known = new Set(needs.map(({ planId, kind }) => `${planId} ${kind}`));
    // Needs that existed at the start are visible on the screen.
    if (before === null) return;
    const fresh = needs.filter(({ planId, kind }) => !before.has(`${planId} ${kind}`));
    const [first] = fresh;
    if (first === undefined) return;
    const more = fresh.length === 1 ? '' : `, and ${fresh.length - 1} more`;
    notify(`${first.goal}: ${needLabels[first.kind]}${more}`);
  };
}
