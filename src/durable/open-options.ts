/** Checks the options of an opening before the store is opened: a program that is not type-checked must get an error that says what is wrong. */

/** @throws {TypeError} for options without a store, with neither `machine` nor `machines`, and with both */
export function assertOpenOptions(options: object): void {
  const { store, machine, machines } = options as Record<'store' | 'machine' | 'machines', unknown>;
  if (typeof store !== 'function' && (typeof store !== 'object' || store === null))
    throw new TypeError('openDurable needs a store, such as levelStore(path).');
  if ((machine === undefined) === (machines === undefined))
    throw new TypeError('openDurable needs either machine, for one root, or machines, for many instances.');
  if (machine !== undefined) assertMachine(machine, 'machine');
}

/** @throws {TypeError} for what is no state machine of XState */
export function assertMachine(machine: unknown, option: string): void {
  const isMachine = typeof machine === 'object' && machine !== null && 'root' in machine && 'transition' in machine;
  if (!isMachine) throw new TypeError(`${option} must be a state machine of XState.`);
}
