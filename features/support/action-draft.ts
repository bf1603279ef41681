/** An action to be written, in the form of its YAML file. */
export interface ActionDraft {
  name: string;
  description: string;
  executionActor: AgentDraft | string;
  strategyActor?: AgentDraft;
  [key: string]: unknown;
}

export interface AgentDraft {
  kind: 'steps' | 'script' | 'command';
  steps?: StepDraft[];
  [key: string]: unknown;
}

export interface StepDraft {
  subplan?: { goal: string; executionActor: AgentDraft | string; [key: string]: unknown };
  [key: string]: unknown;
}

/** One row of the table "an action that splits the work into". */
export interface SubplanDraft {
  goal: string;
  writes: string;
  content: string;
  needs?: string;
  scope?: string;
}

const idleAgent: AgentDraft = { kind: 'steps', steps: [] };

/** Returns an action with every required key. */
export function draftAction(keys: Record<string, unknown> = {}): ActionDraft {
  return { name: 'local/task', description: 'do the task', executionActor: idleAgent, ...keys };
}

/** Returns an agent that writes files. */
export function writingAgent(files: readonly { path: string; content: string }[]): AgentDraft {
  return { kind: 'steps', steps: files.map(({ path, content }) => ({ write: { path, content: cellText(content) } })) };
}

/** Returns a strategy that spawns one subplan per part, each of which writes its file. */
export function splittingAgent(parts: readonly SubplanDraft[], keys: Record<string, unknown> = {}): AgentDraft {
  return {
    kind: 'steps',
    steps: parts.map(({ goal, writes, content, needs = '', scope = '' }) => ({
      subplan: {
        key: goal,
        goal,
        dependsOn: parseList(needs),
        ...(scope === '' ? {} : { resourceScopes: parseList(scope) }),
        executionActor: writingAgent([{ path: writes, content }]),
        ...keys,
      },
    })),
  };
}

/** Converts a table cell to a file's content: `\n` is a line end, and the last line gets one. */
export function cellText(cell: string): string {
  const content = cell.replaceAll('\\n', '\n');
  return content === '' || content.endsWith('\n') ? content : `${content}\n`;
}

function parseList(cell: string): string[] {
  return cell.split(',').flatMap(word => (word.trim() === '' ? [] : [word.trim()]));
}
