import { approvalsByPlan, childrenByParent, type Troupe } from '../../src/index.ts';
import { parseDiffLines } from '../../src/presentation/diff-lines.ts';
import { loadPlanDetail } from '../../src/runtime/views/plan-detail.ts';
import { toPlanSummaries } from '../../src/runtime/views/plan-summaries.ts';
import { toSubplanStatuses } from '../../src/runtime/views/subplan-statuses.ts';
import type { HostServices, UiCommandContext } from '../../src/tui/command-context.ts';
import { createPane } from '../../src/tui/panes/create-pane.ts';
import { toSideBySide } from '../../src/tui/side-by-side-diff.ts';
import { createInitialState, type UiState } from '../../src/tui/state.ts';
import { rowText } from '../../src/tui/styled-row.ts';
import { emptyContent, type ViewModel } from '../../src/tui/view-model.ts';

export const plainState = createInitialState({ theme: 'plain', columns: 100, rows: 30 });

/** The current state of a Troupe as the screen sees it, with a plan selected. */
export async function viewModelOf(
  troupe: Troupe,
  planId: string | null,
  state: Partial<UiState> = {},
): Promise<ViewModel> {
  const records = await troupe.list({ all: true, children: true });
  const plans = toPlanSummaries(records);
  const plan = planId === null ? null : await troupe.get(planId);
  const lines = parseDiffLines((await plan?.diff().catch(() => '')) ?? '');
  return {
    views: {
      ...{ loaded: true, seq: '', plans, subplans: toSubplanStatuses(records), error: null },
      detail: plan && (await loadPlanDetail(plan)),
    },
    children: childrenByParent(plans),
    approvals: approvalsByPlan(plans),
    state: { ...plainState, root: planId, plan: planId, ...state },
    content: { ...emptyContent, diff: { lines, sides: toSideBySide(lines) } },
    now: Date.now(),
  };
}

export interface ScriptedContext extends UiCommandContext {
  /** Every question with its details, and the actions outside the screen. */
  log: string[];
}

export interface InputScript {
  plan?: string | null;
  state?: Partial<UiState>;
  /** Words of the row under the cursor; without them there is none. */
  on?: string;
  /** The user's answer to each question in turn: yes or no, a line, the id of a choice; null cancels it. */
  answers?: readonly (boolean | string | null)[];
  services?: Partial<HostServices>;
}

/** A user who answers by a script, with the current state of a Troupe. */
export async function createScriptedContext(troupe: Troupe, script: InputScript = {}): Promise<ScriptedContext> {
  const { plan = null, state = {}, on, answers = [], services = {} } = script;
  const viewModel = await viewModelOf(troupe, plan, state);
  const questions: string[] = [];
  const left = [...answers];
  const answer = (question: string): boolean | string | null => {
    questions.push(question);
    const [next] = left;
    if (next === undefined) throw new Error(`no answer for: ${question}`);
    left.shift();
    return next;
  };
  return {
    troupe,
    log: questions,
    viewModel: () => viewModel,
    selectedItem() {
      const pane = createPane(viewModel.state.view, viewModel);
      return on === undefined ? undefined : pane.items.find(item => rowText(pane.row(item)).includes(on));
    },
    confirm: async (question, more = []) => answer([question, ...more].join('\n')) === true,
    promptText: async (question, text = '') => answer(`${question}${text}`) as string | null,
    pick: async (title, options) => answer([title, ...options.map(({ text }) => text)].join('\n')) as string | null,
    show: planId => questions.push(`shows ${planId}`),
    leave: () => questions.push('leaves'),
    services: {
      folder: '/somewhere',
      copy: text => questions.push(`copies ${text}`),
      notify: text => questions.push(`rings ${text}`),
      edit: async () => null,
      shell: async () => 0,
      save: async name => name,
      editConflict: async () => Buffer.from('resolved\n'),
      editText: async (_, text) => text,
      loadAction: () => Promise.reject(new Error('no file')),
      inspect: async () => 'http://127.0.0.1:1/?once',
      ...services,
    },
  };
}
