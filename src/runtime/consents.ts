import type { World } from '../../actors/index.ts';
import type { Approval, ApprovalAnswer } from '../model/approval.ts';
import { Fault } from '../model/fault.ts';
import type { Feed } from './feed.ts';
import type { PlanLedger } from './ledger.ts';

/** How an app answers a tool call that needs a person; null leaves it to somebody else. */
export type Approve = (asked: Approval) => Promise<'approved' | 'always' | 'denied' | null>;

export interface ConsentOptions {
  ledger: Pick<PlanLedger, 'approvals'>;
  feed: Pick<Feed, 'tap'>;
  /** Asked once in every life of the process for what is open. @default nobody: it waits for `Plan.approve` or `deny` */
  approve: Approve | undefined;
  /** Carries an answer to the plan. */
  answer(asked: Approval, answer: ApprovalAnswer): Promise<void>;
  log(planId: string, step: string, line: string): void;
}

/** Waits for the answer to what was asked: a recorded one, that of the app, or one that anybody gives by command. */
export function consents(options: ConsentOptions): World['consent'] {
  const { ledger, feed } = options;
  return (asked, signal) =>
    new Promise<ApprovalAnswer>((resolve, reject) => {
      const end = () => {
        leave();
        signal.removeEventListener('abort', stop);
      };
      const stop = () => {
        end();
        reject(new Fault('CANCELLED', 'The work was stopped before anybody answered', { where: asked.tool }));
      };
      const hear = (answer: ApprovalAnswer) => {
        end();
        resolve(answer);
      };
      const leave = feed.tap(events => {
        for (const event of events) {
          if (event.type !== 'approval.answered' || event.approval.approvalId !== asked.approvalId) continue;
          if (event.approval.answer !== null) hear(event.approval.answer);
        }
      });
      signal.addEventListener('abort', stop);
      if (signal.aborted) return stop();
      ledger.approvals(asked.rootPlanId).then(known => {
        const { answer = null } = known.find(({ approvalId }) => approvalId === asked.approvalId) ?? {};
        if (answer !== null) hear(answer);
        else void ask(options, asked, signal);
      }, reject);
    });
}

/** An app that cannot answer leaves the question open; that is no failure of the plan. */
async function ask({ approve, answer, log }: ConsentOptions, asked: Approval, signal: AbortSignal): Promise<void> {
  if (approve === undefined) return;
  try {
    const said = await approve(asked);
    if (said === null || signal.aborted) return;
    const verdict = said === 'denied' ? 'denied' : 'approved';
    await answer(asked, { verdict, always: said === 'always', reason: '' });
  } catch (thrown) {
    log(asked.planId, 'troupe', `${asked.tool} still waits for approval: ${Fault.store(thrown).message}`);
  }
}
