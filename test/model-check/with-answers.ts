import type { AnyEventObject, AnyMachineSnapshot, AnyStateMachine } from 'xstate';
import { sampleError } from '../machines/fixtures.ts';
import type { World } from './explore.ts';

/** A chart whose children answer in the given ways, and which receives the given events. */
export function withAnswers<Machine extends AnyStateMachine>(
  input: unknown,
  answers: Record<string, unknown[]>,
  { events = [], errors = [sampleError()] }: { events?: AnyEventObject[]; errors?: unknown[] } = {},
): World<Machine> {
  const byId = new Map(
    Object.entries(answers).map(([id, outputs]): [string, AnyEventObject[]] => [
      id,
      [
        ...outputs.map(output => ({ type: `xstate.done.actor.${id}`, actorId: id, output })),
        ...errors.map(error => ({ type: `xstate.error.actor.${id}`, actorId: id, error })),
      ],
    ]),
  );
  return {
    input,
    events: ({ children }: AnyMachineSnapshot) => [
      ...events,
      ...Object.keys(children).flatMap(id => byId.get(id) ?? []),
    ],
    key: ({ value, context, status, children }: AnyMachineSnapshot) =>
      JSON.stringify([value, status, context, Object.keys(children)]),
  };
}
