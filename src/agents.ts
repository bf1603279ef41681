/** Entry point `troupe/agents`: resolves agents by name, and provides the tools they call and the programs they run. */

export { passedModelKeys, passedServerVariables } from './adapters/agents/passed-variables.ts';
export type { AgentPreset, SignInFile } from './adapters/agents/presets/agent-preset.ts';
export { findSignIn, type SignIn } from './adapters/agents/presets/find-sign-in.ts';
export { presets } from './adapters/agents/presets/index.ts';
export {
  type PresetChoices,
  presetCommand,
  presetVariables as passedVariables,
  sessionCommand,
} from './adapters/agents/presets/preset-command.ts';
export { type AgentsOptions, resolveAgents } from './adapters/agents/resolve-agents.ts';
export type { Script, ScriptAnswer } from './adapters/agents/script.ts';
export type { ScriptContext } from './adapters/agents/script-context.ts';
export { type AgentTrial, type AgentTrialOptions, tryAgent } from './adapters/agents/try-agent.ts';
export { locateProgram } from './adapters/process/locate.ts';
export { type ProcessOptions, type ProcessOutcome, runProcess } from './adapters/process/run.ts';
export { killTaggedProcesses, listTaggedProcesses, type TaggedProcess } from './adapters/process/tagged-processes.ts';
export { findUnfinished } from './adapters/process/unfinished-processes.ts';
export { builtinTools } from './adapters/tools/builtin.ts';
export { toolJsonSchema } from './adapters/tools/schema.ts';
export type { AgentRole } from './model/agent.ts';
export { AgentRef, AgentSpec, AgentStep } from './model/agent.ts';
export type { AgentFormat } from './model/agent-format.ts';
export { keyVariableOf } from './model/llm-keys.ts';
export type { Agent, AgentAnswer, Agents, AgentTask, ToolCaller } from './ports/agent.ts';
export type { Tool, ToolContext } from './ports/tool.ts';
