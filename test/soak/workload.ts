/** The work of the tree of plans under soak: every kind of work, with traps for work that is done twice or in part. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** How many leaves each child of the root has. */
export type SoakShape = readonly number[];

type ActionStep = Record<string, unknown>;

const countLeaves = (shape: SoakShape): number => shape.reduce((all, leaves) => all + leaves, 0);

export const countPlans = (shape: SoakShape): number => 1 + shape.length + countLeaves(shape);

/** The files the tree works on: one that all leaves edit, each its own line, and one each that is to be deleted. */
export function writeFiles(folder: string, shape: SoakShape): void {
  const all = Array.from({ length: countLeaves(shape) }, (_, leaf) => leaf);
  // Lines far enough from each other to merge.
  writeFileSync(join(folder, 'shared.txt'), all.map(leaf => `line ${leaf} open\n.\n.\n.\n.\n`).join(''));
  mkdirSync(join(folder, 'old'));
  for (const leaf of all) writeFileSync(join(folder, 'old', `${leaf}.txt`), `${leaf}\n`);
}

/** An action whose root splits the work among its children, and each of these among its leaves. */
export function createAction(shape: SoakShape): Record<string, unknown> {
  const steps = shape.map((leaves, child) => ({
    subplan: {
      goal: `child ${child}`,
      strategyActor: {
        kind: 'steps',
        steps: Array.from({ length: leaves }, (_, at) => leafAction(countLeaves(shape.slice(0, child)) + at)),
      },
      executionActor: { kind: 'steps', steps: [{ write: { path: `children/${child}.txt`, content: 'split\n' } }] },
    },
  }));
  return {
    name: 'local/soak',
    description: 'survive',
    strategyActor: { kind: 'steps', steps },
    executionActor: { kind: 'steps', steps: [{ if: { depth: 0 }, write: { path: 'root.txt', content: 'begun\n' } }] },
    validations: [{ name: 'all is there', argv: ['test', '-f', 'root.txt'] }],
    subplans: { maxParallel: 6, maxRetries: 0 },
  };
}

/**
 * A leaf deletes a file, edits its line, and makes a file that is half done for a while. A run that finds that file when it
 * begin was not rolled back, and fails. The program of every other leaf leaves something running that ignores requests.
 */
function leafAction(leaf: number): ActionStep {
  const own = `leaves/${leaf}.txt`;
  const line = `line ${leaf}`;
  const make = `test ! -e ${own} || exit 9; mkdir -p leaves; echo half > ${own}; sleep 0.05; echo whole > ${own}`;
  const linger = '(trap "" TERM; while :; do sleep 0.2; done) >/dev/null 2>&1 &';
  const rest = `rm old/${leaf}.txt; sed -i 's/^${line} open$/${line} done/' shared.txt`;
  const program = { kind: 'command', argv: ['sh', '-c', `${linger} ${make}; ${rest}`] };
  const steps = [
    { delete: { path: `old/${leaf}.txt` } },
    { edit: { path: 'shared.txt', find: `${line} open\n`, replace: `${line} done\n` } },
    { run: { argv: ['sh', '-c', make] } },
  ];
  return { subplan: { goal: `leaf ${leaf}`, executionActor: leaf % 2 === 0 ? program : { kind: 'steps', steps } } };
}
