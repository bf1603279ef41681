/** The answer to a tool call that waits for a person: this once, for the rest of the plan, or not. */
import type { Plan } from '../../index.ts';
import type { Hand } from '../hand.ts';

type Approval = Awaited<ReturnType<Plan['approvals']>>[number];

export async function consent(
  hand: Hand,
  plan: Plan,
  { approvalId: approval, tool, input }: Approval,
): Promise<string> {
  const choice = await hand.pick(`May ${tool} be called with ${input}?`, [
    { id: 'once', key: 'y', text: 'yes, this once' },
    { id: 'always', key: 'a', text: 'yes, and every later call of it in this plan' },
    { id: 'no', key: 'n', text: 'no' },
  ]);
  if (choice === null) return 'it still waits';
  if (choice === 'no') {
    const reason = await hand.say('Why not? ');
    await plan.deny({ approval, ...(reason ? { reason } : {}) });
    return `${tool} is refused`;
  }
  await plan.approve({ approval, always: choice === 'always' });
  return `${tool} may be called`;
}
