import type { CheckoutChange, PlanRecord } from '../index.ts';
import { sanitizeLine } from './sanitize.ts';

/** So many files are named. */
const filesShownMax = 10;

/** What one event reports of the user's checkout. */
export function formatCheckoutChange({ files, accepted }: Pick<CheckoutChange, 'files' | 'accepted'>): string {
  const shown = files.slice(0, filesShownMax).map(sanitizeLine).join(', ');
  const more = files.length > filesShownMax ? ` and ${files.length - filesShownMax} more` : '';
  return accepted
    ? `you accepted changes in your checkout: ${shown}${more}`
    : `files of your checkout changed while an agent worked, and nothing shows that the agent did it: ${shown}${more}`;
}

/** What a plan's record holds of that, each file once; empty where nothing changed. */
export function checkoutChangeLines({ checkoutChanges }: Pick<PlanRecord, 'checkoutChanges'>): string[] {
  return [false, true].flatMap(accepted => {
    const own = checkoutChanges.filter(change => change.accepted === accepted);
    const files = [...new Set(own.flatMap(change => change.files))];
    if (files.length === 0) return [];
    const line = formatCheckoutChange({ files, accepted });
    return [`${accepted ? ' ' : '!'} ${line.charAt(0).toUpperCase()}${line.slice(1)}`];
  });
}
