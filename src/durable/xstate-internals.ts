/**
 * All use of XState 5.33 that its documentation does not promise, in one place. test/contract/xstate.test.ts pins
 * each line; an upgrade that breaks one fails there first.
 */
import type {
  AnyActorLogic,
  AnyActorRef,
  AnyEventObject,
  AnyMachineSnapshot,
  InspectionEvent,
  PromiseActorLogic,
  Snapshot,
} from 'xstate';

/** An actor as the runtime sees it. */
export interface LiveActor {
  readonly id: string;
  /** A string when the parent spawned it by name. */
  readonly src: string | AnyActorLogic;
  readonly logic: AnyActorLogic;
  /** Set in the constructor before the actor is announced to inspectors. */
  readonly _parent?: LiveActor;
  readonly _syncSnapshot?: boolean;
  readonly systemId?: string;
  readonly system: object;
  getSnapshot(): Snapshot<unknown> & { children?: Record<string, LiveActor | undefined> };
  send(event: AnyEventObject): void;
  subscribe(observer: { error: (error: unknown) => void }): unknown;
  on(type: '*', handler: (event: AnyEventObject) => void): unknown;
  /** Stops an actor that is not the root; needed only when a root failed without stopping its children. */
  _stop(): unknown;
}

export const asLiveActor = (ref: unknown): LiveActor => ref as LiveActor;

/** Options of createActor that its public type does not have. */
export interface RestoreOptions {
  id: string;
  src: string;
  parent: AnyActorRef;
  systemId: string | undefined;
  syncSnapshot: boolean | undefined;
  snapshot: Snapshot<unknown>;
}

/** The form in which machine.restoreSnapshot reads a child. */
export interface PersistedChild {
  snapshot: Snapshot<unknown>;
  src: string;
  systemId: string | undefined;
  syncSnapshot: boolean | undefined;
}

/** A machine's own state in the form restoreSnapshot reads. */
export type PersistedMachine = Pick<AnyMachineSnapshot, 'status' | 'output' | 'error' | 'value' | 'context'> & {
  historyValue: unknown;
  children: Record<string, PersistedChild>;
};

/** The scheduler interface that XState calls when an actor delays an event. */
export interface Scheduler {
  schedule(source: AnyActorRef, target: AnyActorRef, event: AnyEventObject, delay: number, id?: string): void;
  cancel(source: AnyActorRef, id: string): void;
  cancelAll(actor: AnyActorRef): void;
}

/** Returns the logic registered in an actor's parent under a name, if the parent is a machine. */
export function registeredLogic(parent: AnyActorLogic, src: string): AnyActorLogic | undefined {
  const { implementations } = parent as { implementations?: { actors?: Record<string, AnyActorLogic> } };
  return implementations?.actors?.[src];
}

export const versionOf = (logic: AnyActorLogic | undefined): string | undefined =>
  (logic as { version?: string } | undefined)?.version;

/** The `id` of a machine; undefined for one that has none, for which XState has a placeholder, and for other logic. */
export function machineIdOf(logic: AnyActorLogic): string | undefined {
  const { id } = logic as { id?: unknown };
  return typeof id === 'string' && id !== '(machine)' ? id : undefined;
}

/** How many steps one event may cause in a machine: `options.maxIterations` of its config, or Infinity. */
export const stepsMaxOf = (logic: AnyActorLogic): number =>
  (logic as { options?: { maxIterations?: number } }).options?.maxIterations ?? Number.POSITIVE_INFINITY;

/** Whether a value is an actor. Its `toJSON` returns the reference that XState restores from a persisted context. */
export const isActorReference = (value: unknown): value is { toJSON(): object } =>
  typeof value === 'object' && value !== null && 'sessionId' in value && 'send' in value && 'ref' in value;

/** Stops every actor, also when the root failed with its own error, which leaves its children running. */
export function stopAll(root: LiveActor & { stop(): unknown }): void {
  root.stop();
  for (const child of Object.values(root.getSnapshot().children ?? {})) child?._stop();
}

/** Members of an actor that are not public. */
interface ActorInternals {
  _processingStatus: number;
  _syncSnapshot: boolean | undefined;
  _initState(persisted: Snapshot<unknown>): void;
  _stopProcedure(): unknown;
  start(): unknown;
}

const processing = { notStarted: 0, running: 1, stopped: 2 };

const internals = (actor: LiveActor): ActorInternals => actor as unknown as ActorInternals;

/**
 * Stops an actor and the actors below it without completing its observers, so that it can be started again. Returns false
 * if it had already ended, in which case XState has dropped its observers.
 */
export function stopInPlace(actor: LiveActor): boolean {
  const wasRunning = internals(actor)._processingStatus === processing.running;
  for (const child of Object.values(actor.getSnapshot().children ?? {})) child?._stop();
  internals(actor)._stopProcedure();
  return wasRunning;
}

/** Sets the state of a stopped actor, in XState's own form. XState creates the actors below it; none is started. */
export function setState(actor: LiveActor, snapshot: Snapshot<unknown>): void {
  internals(actor)._initState(snapshot);
}

/**
 * Starts a stopped actor from its state, with the actors below it. An actor whose state is final stays stopped.
 * `isObserved` says that it still has its observers.
 */
export function startInPlace(actor: LiveActor, isObserved: boolean): void {
  if (actor.getSnapshot().status !== 'active') return;
  const inner = internals(actor);
  const sync = inner._syncSnapshot;
  inner._processingStatus = processing.notStarted;
  // With syncSnapshot its parent is already an observer.
  if (isObserved) inner._syncSnapshot = false;
  inner.start();
  inner._syncSnapshot = sync;
}

/** The inspection events that the runtime needs. */
const observedTypes = new Set(['@xstate.actor', '@xstate.event', '@xstate.microstep', '@xstate.snapshot']);

/**
 * Passes inspection events to `listener` instead of the system's inspectors. XState builds and distributes several
 * inspection events per transition; without that, a transition costs a tenth less.
 */
export function interceptInspection(system: object, listener: (event: InspectionEvent) => void): void {
  (system as { _sendInspectionEvent: (event: InspectionEvent) => void })._sendInspectionEvent = event => {
    if (observedTypes.has(event.type)) listener(event);
  };
}

/** Lets `system.get`, by which XState also finds receivers, return what `find` returns for a systemId without an actor. */
export function extendSystem(system: AnyActorRef['system'], find: (systemId: string) => AnyActorRef | undefined): void {
  const { get } = system;
  system.get = name => get(name) ?? find(String(name));
}

/** Lets XState, which finds receivers by id among the children of a snapshot, find those of `others` after them. */
export function extendChildren(children: object, others: object): void {
  if (Object.getPrototypeOf(children) !== others) Object.setPrototypeOf(children, others);
}

/** What a receiver without an actor is and does. */
export interface ReceiverOptions {
  id: string;
  sessionId: string;
  systemId: string | undefined;
  parent: AnyActorRef;
  receive(event: AnyEventObject): void;
}

/**
 * Returns a reference that takes the place of an actor: it has what XState uses of a receiver, and what it writes of a reference in
 * a context. Starting and stopping it changes nothing.
 */
export function createReceiver({ id, sessionId, systemId, parent, receive }: ReceiverOptions): AnyActorRef {
  const nothing = () => {};
  const receiver = {
    ...{ id, systemId, sessionId, _parent: parent, system: parent.system },
    send: receive,
    _send: receive,
    _stop: nothing,
    start: nothing,
    on: () => ({ unsubscribe: nothing }),
    subscribe: () => ({ unsubscribe: nothing }),
    getSnapshot: () => ({ status: 'active', output: undefined, error: undefined }),
    toJSON: () => ({ xstate$$type: 1, id }),
  };
  return Object.assign(receiver, { ref: receiver }) as unknown as AnyActorRef;
}

/** Returns the parent of an actor that has one. */
export const parentOf = (ref: AnyActorRef): AnyActorRef => ref._parent as AnyActorRef;

/** Work of an actor that ends with a result, or is aborted. */
export interface Work<Output> {
  result: Promise<Output>;
  abort(): void;
}

/** The work of an actor that runs. */
const workKey: unique symbol = Symbol('work');

/** Events by which XState's promise logic learns how its promise ended, and that its actor stops. */
const promiseEvents = { resolved: 'xstate.promise.resolve', rejected: 'xstate.promise.reject', stopped: 'xstate.stop' };

/**
 * Logic of fromPromise without the AbortController that it creates for each actor: what the work aborts with is its own.
 * @param logic of a promise that never ends
 */
export function fromWork<Output, Input>(
  logic: PromiseActorLogic<Output, unknown>,
  begin: (actor: { input: Input; self: AnyActorRef }) => Work<Output>,
): PromiseActorLogic<Output, Input> {
  const transition: typeof logic.transition = (snapshot, event, scope) => {
    const actor = scope.self as { [workKey]?: Work<Output> | undefined };
    if (event.type === promiseEvents.stopped && snapshot.status === 'active') actor[workKey]?.abort();
    if (event.type === promiseEvents.stopped) actor[workKey] = undefined;
    return logic.transition(snapshot, event, scope);
  };
  const start: typeof logic.start = (snapshot, { self, system }) => {
    if (snapshot.status !== 'active') return;
    const work = begin({ input: snapshot.input as Input, self });
    const actor = self as { [workKey]?: Work<Output> | undefined };
    actor[workKey] = work;
    const { _relay: relay } = system as unknown as { _relay(from: object, to: object, event: AnyEventObject): void };
    const end = (type: string) => (data: unknown) => {
      if (self.getSnapshot().status !== 'active') return;
      actor[workKey] = undefined;
      relay(self, self, { type, data });
    };
    work.result.then(end(promiseEvents.resolved), end(promiseEvents.rejected));
  };
  return { ...logic, transition, start } as PromiseActorLogic<Output, Input>;
}
