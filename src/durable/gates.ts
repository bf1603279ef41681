/** Those who wait for a commit, in groups that share a promise. */

export interface Gate {
  promise: Promise<void>;
  open(): void;
  refuse(reason: unknown): void;
  waiting: number;
}

const waitingMost = 8;

/** Waits with the last of the gates, or with a new one when that has enough. */
export function join(gates: Gate[]): Promise<void> {
  let gate = gates.at(-1);
  if (gate === undefined || gate.waiting === waitingMost) {
    gate = newGate();
    gates.push(gate);
  }
  gate.waiting++;
  return gate.promise;
}

export function waitingAt(gates: readonly Gate[]): number {
  let all = 0;
  for (const gate of gates) all += gate.waiting;
  return all;
}

function newGate(): Gate {
  const gate = { waiting: 0 } as Gate;
  gate.promise = new Promise<void>((open, refuse) => {
    gate.open = open;
    gate.refuse = refuse;
  });
  return gate;
}
