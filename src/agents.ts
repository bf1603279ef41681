/** The door `troupe/agents`: what stands behind an agent's name, the tools it has, and the programs it runs. */
export { type AgentsOptions, agentsFor } from './adapters/agents/agents-for.ts';
export type { Script, ScriptAnswer } from './adapters/agents/script.ts';
export type { ScriptContext } from './adapters/agents/script-context.ts';
export { census, endMarked, type Marked } from './adapters/process/marked.ts';
export { type ProcessOptions, type ProcessOutcome, runProcess } from './adapters/process/run.ts';
export { unfinished } from './adapters/process/unfinished.ts';
export { builtinTools } from './adapters/tools/builtin.ts';
export { jsonSchemaOf } from './adapters/tools/schema.ts';
export type { AgentRole } from './model/agent.ts';
export { AgentRef, AgentSpec, Step } from './model/agent.ts';
export type { Agent, AgentAnswer, Agents, AgentTask, ToolCaller } from './ports/agent.ts';
export type { Tool, ToolContext } from './ports/tool.ts';
