import type { ActorStarted, ActorState, ActorTransitioned, MessageReceived } from './events.ts';

export interface ActorRecord extends Omit<ActorStarted, 'type' | 'state'> {
  /** Its state before the first entry of `log`. */
  base: ActorState;
  now: ActorState;
  log: LogEntry[];
  children: string[];
  stoppedAs: 'ended' | 'passivated' | 'restored' | null;
}

/** In order of occurrence, over all actors. */
export type LogEntry = MessageReceived | ActorTransitioned;
