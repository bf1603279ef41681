/** Checks what a program passes to `openTroupe`, before anything is opened: a wrong option would show much later, or as a plan that waits. */
import type { TroupeOptions } from './options.ts';

/** @throws {TypeError} for a missing store or project, for an agent that is none, and for a limit that nothing could pass */
export function assertTroupeOptions(options: TroupeOptions): void {
  const { store, project, agents = {}, concurrency = 1, depthMax = 0, agentLimits = {}, machine } = options ?? {};
  if (typeof store !== 'function')
    throw new TypeError('openTroupe needs a store: a function that opens one, such as levelStore(path).');
  if (!hasMethods(project, ['head', 'apply']))
    throw new TypeError('openTroupe needs a project, such as gitProject(folder).');
  for (const [name, agent] of Object.entries(agents)) {
    if (hasMethods(agent, ['check', 'run']) || (isObject(agent) && 'kind' in agent)) continue;
    throw new TypeError(
      `The agent "${name}" must be described by its kind, or be an object with the methods check and run.`,
    );
  }
  assertCount('concurrency', concurrency, 1);
  assertCount('depthMax', depthMax, 0);
  for (const [name, limit] of Object.entries(agentLimits)) assertCount(`agentLimits.${name}`, limit, 1);
  if (machine !== undefined) assertCount('machine.agentLimit', machine.agentLimit, 1);
}

function assertCount(name: string, value: unknown, least: number): void {
  if (value === Number.POSITIVE_INFINITY || (Number.isSafeInteger(value) && (value as number) >= least)) return;
  throw new TypeError(`${name} must be a whole number from ${least}; it is ${String(value)}.`);
}

const isObject = (value: unknown): value is object => typeof value === 'object' && value !== null;

const hasMethods = (value: unknown, names: readonly string[]): boolean =>
  isObject(value) && names.every(name => typeof (value as Record<string, unknown>)[name] === 'function');
