/**
 * What a run costs in processor time. How long it takes depends on what else the machine does; processor time, divided by the
 * processors, is what it takes at best on an idle one, and on a slow machine it is compared with a fixed piece of work.
 */
import { createHash } from 'node:crypto';
import { cpus } from 'node:os';

export interface StepTime {
  name: string;
  /** Null where the system does not say. */
  processorSeconds: number | null;
}

/** Ten minutes on two processors: more is warned of. */
const limitSeconds = 1_200;

/** More fails, unless the machine did much else: the same tests then take up to twice the processor time. */
const failureSeconds = 1_800;

/** A run is judged when other programs had at most this part of the time in which the processors were busy. */
const othersShareMax = 0.3;

/** Seconds that `measureFixedWork` takes on the machine for which the limit holds. */
const usualWorkSeconds = 0.18;

/** Runs a program, and then writes the processor time of it and of everything that it started and waited for to the file `$0`. */
export const timingScript = '"$@"; code=$?; times > "$0"; exit $code';

/** Processor seconds of a program, from what the shell's `times` printed: the second line is of its children, user and system. */
export function parseTimes(printed: string): number | null {
  const numbers = [...(printed.trim().split('\n')[1] ?? '').matchAll(/(\d+)m([\d.]+)s/g)];
  if (numbers.length !== 2) return null;
  return numbers.reduce((sum, [, minutes, seconds]) => sum + Number(minutes) * 60 + Number(seconds), 0);
}

/** Processor seconds that a fixed piece of work takes here and now: the least of three, the first of which also compiles it. */
export function measureFixedWork(): number {
  return Math.min(...[1, 2, 3].map(fixedWork));
}

/** How many times longer work takes here and now than on the usual machine, for tests that limit processor time; at least 1. */
export function measureSlowness(): number {
  return Math.max(1, measureFixedWork() / usualWorkSeconds);
}

function fixedWork(): number {
  const before = process.cpuUsage();
  let text = 'work';
  for (let round = 0; round < 120; round++) {
    const rows = Array.from({ length: 2_000 }, (_, index) => ({ key: `${text}-${(index * 7_919) % 2_000}`, index }));
    rows.sort((one, other) => (one.key < other.key ? -1 : 1));
    text = createHash('sha256').update(JSON.stringify(rows)).digest('hex');
  }
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1_000_000;
}

/** Seconds for which the processors of this machine have been busy with any program. */
export function busySeconds(): number {
  return cpus().reduce((sum, { times: { user, nice, sys, irq } }) => sum + user + nice + sys + irq, 0) / 1_000;
}

interface RunCost {
  steps: readonly StepTime[];
  /** What the fixed work took, at times spread over the run: on a shared machine, work takes longer while the others work, too. */
  workSeconds: readonly number[];
  /** For how long the processors were busy during the run. */
  busySeconds: number;
}

/** How many times longer work takes here than on the machine for which the limit holds. */
const slowness = ({ workSeconds }: RunCost) =>
  workSeconds.reduce((sum, seconds) => sum + seconds, 0) / workSeconds.length / usualWorkSeconds;

const totalSeconds = ({ steps }: RunCost) => steps.reduce((sum, step) => sum + (step.processorSeconds ?? 0), 0);

/** What to say of a run that takes more processor time than it may on a machine of this speed, and whether it fails; null when it does not. */
export function judgeCost(cost: RunCost): { text: string; fails: boolean } | null {
  const comparable = totalSeconds(cost) / slowness(cost);
  if (comparable <= limitSeconds) return null;
  const [used, allowed] = [comparable, limitSeconds].map(seconds => `${(seconds / 120).toFixed(1)} minutes`);
  const text = `Too slow: on two idle processors of the usual machine this run takes at least ${used}, and may take ${allowed}`;
  const othersShare = 1 - totalSeconds(cost) / cost.busySeconds;
  return { text, fails: comparable > failureSeconds && othersShare <= othersShareMax };
}

/** The steps, the longest first, and their sum. */
export function formatCost(cost: RunCost): string {
  const total = totalSeconds(cost);
  const rows = [...cost.steps]
    .sort((one, other) => (other.processorSeconds ?? 0) - (one.processorSeconds ?? 0))
    .map(({ name, processorSeconds }) => `${processorSeconds?.toFixed(1).padStart(8) ?? '       ?'} s  ${name}`);
  const minutes = (total / 120).toFixed(1);
  const speed = `work takes ${slowness(cost).toFixed(1)} times as long here as on the usual machine`;
  return [
    ...rows,
    `${total.toFixed(1).padStart(8)} s  of processor time: ${minutes} minutes on two idle processors; ${speed}`,
  ].join('\n');
}
