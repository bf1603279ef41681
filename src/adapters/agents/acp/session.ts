/** Opens a session of an ACP agent: its version, its session, its mode and its model. */

import type { ClientContext } from '../../../libraries/acp.ts';
import { commandHint } from '../../../model/command-hint.ts';
import { TroupeError } from '../../../model/errors.ts';
import { isReadOnlyRole } from '../../../model/read-only-role.ts';
import type { AgentTask } from '../../../ports/agent.ts';
import { type AcpServerEntry, acpServerEntry } from '../../mcp/server-entry.ts';
import type { TaskServer } from '../../mcp/task-server.ts';
import { objectsAt, stringAt, valueAt } from '../formats/json-line.ts';

const protocolVersion = 1;

/** Modes in which agents change nothing, by their usual ids, best first. */
const readOnlyModes = ['plan', 'read-only', 'ask'];

export interface AcpSession {
  id: string;
  /** Whether another process of the agent can continue the session. */
  canLoad: boolean;
  /** Whether it is the session that was to be continued. */
  isLoaded: boolean;
}

export interface AcpSessionOptions {
  /** The agent's name, for errors. */
  name: string;
  task: Pick<AgentTask, 'role' | 'directory' | 'key'>;
  /** The tools of its task; null if it has none. */
  server: TaskServer | null;
  /** The model it works with. @default the agent's own */
  model?: string | undefined;
  /** Whether it may ask for files of its sandbox, in place of reading and writing them itself. */
  offersFiles: boolean;
  /** A session to continue. @default a new one */
  load: string | null;
  /** Called before a new session is opened in place of one that the agent cannot continue. */
  onLost(reason: string): Promise<void>;
}

/** @throws {TroupeError} AGENT_UNAVAILABLE for another version of the protocol, INVALID_ACTION for an unknown model */
export async function openAcpSession(agent: ClientContext, options: AcpSessionOptions): Promise<AcpSession> {
  const { name, task, model, server, offersFiles } = options;
  const initialized = await agent.request('initialize', {
    protocolVersion,
    clientCapabilities: { fs: { readTextFile: offersFiles, writeTextFile: offersFiles }, terminal: false },
  });
  if (initialized.protocolVersion !== protocolVersion) {
    throw new TroupeError(
      'AGENT_UNAVAILABLE',
      `${name} speaks version ${initialized.protocolVersion} of the Agent Client Protocol; Troupe speaks ${protocolVersion}`,
      { where: name, hints: [commandHint('doctor')] },
    );
  }
  const { loadSession: loads, mcpCapabilities } = initialized.agentCapabilities ?? {};
  const canLoad = loads === true;
  const access = { hasHttp: mcpCapabilities?.http === true, processTag: task.key };
  const place = { cwd: task.directory, mcpServers: server === null ? [] : [acpServerEntry({ server, ...access })] };
  const loaded = await loadSession(agent, place, canLoad, options);
  const opened: unknown = loaded?.session ?? (await agent.request('session/new', place));
  const id = loaded?.id ?? stringAt(opened, 'sessionId') ?? '';
  if (isReadOnlyRole(task.role)) await chooseReadOnlyMode(agent, id, opened);
  if (model !== undefined) await chooseModel(agent, { id, opened, name, model });
  return { id, canLoad, isLoaded: loaded !== null };
}

/** The protocol's code for a request that needs a sign-in. */
export const authRequiredCode = -32000;

/** Returns null if there is no session to continue, or the agent cannot. */
async function loadSession(
  agent: ClientContext,
  place: { cwd: string; mcpServers: AcpServerEntry[] },
  canLoad: boolean,
  { load: id, onLost }: AcpSessionOptions,
): Promise<{ id: string; session: unknown } | null> {
  if (id === null) return null;
  if (!canLoad) {
    await onLost('it cannot load sessions');
    return null;
  }
  try {
    return { id, session: (await agent.request('session/load', { ...place, sessionId: id })) ?? {} };
  } catch (thrown) {
    // An answer with an error; anything else is the end of the process, or of its connection.
    if (!(thrown instanceof Error && 'code' in thrown) || thrown.code === authRequiredCode) throw thrown;
    await onLost(thrown.message);
    return null;
  }
}

/** An agent without such a mode is held by the answers to its requests alone. */
async function chooseReadOnlyMode(agent: ClientContext, sessionId: string, opened: unknown): Promise<void> {
  const ids = objectsAt(opened, 'modes', 'availableModes').map(mode => stringAt(mode, 'id'));
  const modeId = readOnlyModes.find(mode => ids.includes(mode));
  if (modeId !== undefined) {
    await agent.request('session/set_mode', { sessionId, modeId });
    return;
  }
  const option = selectOf(opened, 'mode');
  const value = readOnlyModes.find(mode => option?.values.includes(mode));
  if (option !== null && value !== undefined) {
    await agent.request('session/set_config_option', { sessionId, configId: option.id, value });
  }
}

async function chooseModel(
  agent: ClientContext,
  { id, opened, name, model }: { id: string; opened: unknown; name: string; model: string },
): Promise<void> {
  const option = selectOf(opened, 'model');
  if (option?.values.includes(model)) {
    await agent.request('session/set_config_option', { sessionId: id, configId: option.id, value: model });
    return;
  }
  const why =
    option === null
      ? 'offers no choice of a model over the Agent Client Protocol: leave "model" out, and name the model in "argv"'
      : `has no model "${model}"; it has: ${option.values.join(', ')}`;
  throw new TroupeError('INVALID_ACTION', `${name} ${why}`, {
    where: `model of ${name}`,
    hints: [commandHint('help action')],
  });
}

/** The option of a session by its category, with its values; null if there is none. */
function selectOf(opened: unknown, category: string): { id: string; values: string[] } | null {
  const found = objectsAt(opened, 'configOptions').find(option => stringAt(option, 'category') === category);
  const id = stringAt(found, 'id');
  if (id === null) return null;
  // Values may be in groups.
  const values = objectsAt(found, 'options').flatMap(option => [option, ...objectsAt(option, 'options')]);
  return {
    id,
    values: values.flatMap(option => (typeof valueAt(option, 'value') === 'string' ? [String(option.value)] : [])),
  };
}
