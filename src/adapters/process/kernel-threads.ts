import { readFileSync } from 'node:fs';

/**
 * Returns the ids of the threads of the kernel: they have no environment and no folder, and can be most of what /proc lists. All are
 * children of process 2, `kthreadd`, so one file names them. Empty where that file does not exist (CONFIG_PROC_CHILDREN), and
 * where process 2 is an ordinary one, as in a container.
 */
export function listKernelThreads(procDir: string): ReadonlySet<string> {
  try {
    const [, parent] = /^\d+ \(kthreadd\) \S (\d+) /.exec(readFileSync(`${procDir}/2/stat`, 'latin1')) ?? [];
    if (parent !== '0') return new Set();
    return new Set(readFileSync(`${procDir}/2/task/2/children`, 'latin1').split(' '));
  } catch {
    return new Set();
  }
}
