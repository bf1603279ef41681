/** A real process with a low limit of open files. */
import { execFile } from 'node:child_process';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { createRepository } from '../cli/test-repository.ts';

const script = fileURLToPath(new URL('low-file-limit.ts', import.meta.url));
const tsx = createRequire(import.meta.url).resolve('tsx/cli');

test('a low limit of open files is an error with a hint; with a higher limit the same command works', async () => {
  const project = createRepository();
  project.write(
    'work.yaml',
    'name: local/work\ndescription: Work\nexecutionActor: { kind: steps, steps: [{ write: { path: one.txt, content: "1" } }] }\n',
  );
  try {
    const limited = (few: number) =>
      new Promise<string>(resolve => {
        const words = [tsx, script, project.folder, String(few), 'run', '-f', 'work.yaml'];
        const shell = ['-c', 'ulimit -n 256; exec "$@"', 'sh', process.execPath, ...words];
        execFile('sh', shell, { cwd: project.folder, env: project.env }, (_error, out, err) => resolve(out + err));
      });
    // Too few for the first read of the project, and for the work of a plan.
    for (const few of [4, 16]) {
      const { poor, rich } = JSON.parse(await limited(few));
      expect(poor).toMatchObject({ code: 1, errors: [{ code: 'TOO_MANY_FILES' }] });
      expect(poor.errors[0].hints[0]).toEqual({ text: 'ulimit -n 4096' });
      expect(rich).toEqual({ code: 0, errors: [] });
    }
  } finally {
    project.remove();
  }
}, 60_000);
