/** Callers waiting for a commit, in groups that share a promise. */

export interface WaiterGroup {
  promise: Promise<void>;
  resolve(): void;
  reject(reason: unknown): void;
  count: number;
}

const groupSizeMax = 8;

/** Joins the last group, or a new one when that is full. */
export function addWaiter(groups: WaiterGroup[]): Promise<void> {
  let group = groups.at(-1);
  if (group === undefined || group.count === groupSizeMax) {
    group = createGroup();
    groups.push(group);
  }
  group.count++;
  return group.promise;
}

export function countWaiters(groups: readonly WaiterGroup[]): number {
  let all = 0;
  for (const group of groups) all += group.count;
  return all;
}

function createGroup(): WaiterGroup {
  const group = { count: 0 } as WaiterGroup;
  group.promise = new Promise<void>((resolve, reject) => {
    group.resolve = resolve;
    group.reject = reject;
  });
  return group;
}
