import { asksOf, childrenOf, type Troupe } from '../../src/index.ts';
import { detailOf } from '../../src/runtime/views/detail.ts';
import { plansOf } from '../../src/runtime/views/plans.ts';
import { subplansOf } from '../../src/runtime/views/subplans.ts';
import { diffLines } from '../../src/tui/diff-lines.ts';
import { sidesOf } from '../../src/tui/diff-sides.ts';
import { type Facts, unread } from '../../src/tui/facts.ts';
import type { Hand, Outside } from '../../src/tui/hand.ts';
import { paneOf } from '../../src/tui/panes/pane-of.ts';
import { wordsOf } from '../../src/tui/row.ts';
import { firstState, type UiState } from '../../src/tui/state.ts';

export const bareState = firstState({ theme: 'plain', columns: 100, rows: 30 });

/** What the screen knows of a Troupe at this moment, with a plan selected. */
export async function factsOf(troupe: Troupe, planId: string | null, state: Partial<UiState> = {}): Promise<Facts> {
  const records = await troupe.plans({ all: true, children: true });
  const plans = plansOf(records);
  const plan = planId === null ? null : await troupe.plan(planId);
  const lines = diffLines((await plan?.diff().catch(() => '')) ?? '');
  return {
    views: {
      ...{ joined: true, seq: '', plans, subplans: subplansOf(records), fault: null },
      detail: plan && (await detailOf(plan)),
    },
    children: childrenOf(plans),
    asks: asksOf(plans),
    state: { ...bareState, root: planId, plan: planId, ...state },
    reading: { ...unread, diff: { lines, sides: sidesOf(lines) } },
    now: Date.now(),
  };
}

export interface Scripted extends Hand {
  /** Every question with its facts, and what was done beyond the screen. */
  told: string[];
}

export interface Script {
  plan?: string | null;
  state?: Partial<UiState>;
  /** Words of the row under the cursor; without them there is none. */
  on?: string;
  /** What the person says to each question in turn: yes or no, a line, the id of a choice; null drops it. */
  answers?: readonly (boolean | string | null)[];
  outside?: Partial<Outside>;
}

/** A person who answers by a script, with a Troupe as it is at this moment. */
export async function handOn(troupe: Troupe, script: Script = {}): Promise<Scripted> {
  const { plan = null, state = {}, on, answers = [], outside = {} } = script;
  const facts = await factsOf(troupe, plan, state);
  const told: string[] = [];
  const left = [...answers];
  const answer = (question: string): boolean | string | null => {
    told.push(question);
    const [next] = left;
    if (next === undefined) throw new Error(`nobody answers: ${question}`);
    left.shift();
    return next;
  };
  return {
    troupe,
    told,
    facts: () => facts,
    item() {
      const pane = paneOf(facts.state.view, facts);
      return on === undefined ? undefined : pane.items.find(item => wordsOf(pane.row(item)).includes(on));
    },
    ask: async (question, more = []) => answer([question, ...more].join('\n')) === true,
    say: async (question, text = '') => answer(`${question}${text}`) as string | null,
    pick: async (title, options) => answer([title, ...options.map(({ text }) => text)].join('\n')) as string | null,
    show: planId => told.push(`shows ${planId}`),
    leave: () => told.push('leaves'),
    outside: {
      folder: '/somewhere',
      copy: text => told.push(`copies ${text}`),
      notify: text => told.push(`rings ${text}`),
      edit: async () => null,
      shell: async () => 0,
      save: async name => name,
      settle: async () => Buffer.from('settled\n'),
      rewrite: async (_, text) => text,
      action: () => Promise.reject(new Error('no file')),
      inspect: async () => 'http://127.0.0.1:1/?once',
      ...outside,
    },
  };
}
