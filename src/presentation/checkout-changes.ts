import type { CheckoutChange, PlanRecord } from '../index.ts';
import { sanitizeLine } from './sanitize.ts';

/** Maximum number of files named. */
const filesShownMax = 10;

/** Formats an event about changes of your checkout. */
export function formatCheckoutChange({ files, accepted }: Pick<CheckoutChange, 'files' | 'accepted'>): string {
  const shown = files.slice(0, filesShownMax).map(sanitizeLine).join(', ');
  const more = files.length > filesShownMax ? ` and ${files.length - filesShownMax} more` : '';
  return accepted
    ? `you accepted changes in your checkout: ${shown}${more}`
    : `files of your checkout changed while an agent worked, and nothing shows that the agent did it: ${shown}${more}`;
}

/** Formats the checkout changes of a plan's record, each file once; empty without changes. */
export function checkoutChangeLines({ checkoutChanges }: Pick<PlanRecord, 'checkoutChanges'>): string[] {
  return [false, true].flatMap(accepted => {
    const own = checkoutChanges.filter(change => change.accepted === accepted);
    const files = [...new Set(own.flatMap(change => change.files))];
    if (files.length === 0) return [];
    const line = formatCheckoutChange({ files, accepted });
    return [`${accepted ? ' ' : '!'} ${line.charAt(0).toUpperCase()}${line.slice(1)}`];
  });
}
