/** Applies in a separate process, which kills itself with SIGKILL before the git command with the given prefix. */
import { gitProject } from '../../../../src/git.ts';

const { root, sandboxes, before, applyOptions } = JSON.parse(process.argv[2] ?? '');
const project = gitProject(root, {
  sandboxes,
  trace: words => {
    if (words.join(' ').startsWith(before)) process.kill(process.pid, 'SIGKILL');
  },
});
await project.apply(applyOptions);
