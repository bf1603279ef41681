/**
 * From the command to what a person sees of `troupe ui`, in a pty that util-linux's `script` makes, of the built command on an
 * empty store whose owner is there: `first` is until anything is seen, `frame` until the plans are. Needs `npm run build`.
 */
import { execFileSync, spawn } from 'node:child_process';
import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { type BenchCase, type BenchContext, median } from '../bench-case.ts';

const program = join(process.cwd(), 'dist/cli/troupe.js');
const command = [process.execPath, program];

interface Start {
  first: number;
  frame: number;
}

function start(cwd: string, env: NodeJS.ProcessEnv): Promise<Start> {
  return new Promise((resolve, reject) => {
    const began = performance.now();
    const words = `stty cols 120 rows 36; exec ${command.join(' ')} ui`;
    const pty = spawn('script', ['-qfec', words, '/dev/null'], { cwd, env, stdio: ['pipe', 'pipe', 'inherit'] });
    const seen: Partial<Start> = {};
    let text = '';
    pty.on('error', reject);
    pty.stdout.on('data', (chunk: Buffer) => {
      text += chunk.toString();
      if (text.includes('troupe')) seen.first ??= performance.now() - began;
      if (seen.frame !== undefined || !text.includes('n makes one')) return;
      seen.frame = performance.now() - began;
      pty.stdin.write('q');
    });
    pty.on('close', () => {
      const { first, frame } = seen;
      if (first === undefined || frame === undefined) reject(new Error(`The screen shows no plans:\n${text}`));
      else resolve({ first, frame });
    });
  });
}

async function measure(context: BenchContext, rounds: number): Promise<Start[]> {
  const home = context.directory();
  const folder = join(home, 'project');
  mkdirSync(folder, { recursive: true });
  const env = { PATH: process.env.PATH, HOME: home, TERM: 'xterm-256color', LANG: 'C.UTF-8' };
  const git = (...words: string[]) => execFileSync('git', words, { cwd: folder, env });
  git('init', '-q');
  git('-c', 'user.name=Bench', '-c', 'user.email=bench@example.com', 'commit', '-q', '--allow-empty', '-m', 'Begin');
  try {
    const starts: Start[] = [];
    // The first finds no owner, and begins one.
    for (let round = -1; round < rounds; round++) {
      const one = await start(folder, env);
      if (round >= 0) starts.push(one);
    }
    return starts;
  } finally {
    execFileSync(process.execPath, [program, 'owner', 'stop'], { cwd: folder, env, stdio: 'ignore' });
  }
}

export const bench: BenchCase = {
  needs: 'script',
  async run(context) {
    if (!context.includes('ui.first', 'ui.frame')) return [];
    if (!existsSync(program)) throw new Error(`${program} is missing: npm run build`);
    const rounds = context.size(9, 1);
    const starts = await measure(context, rounds);
    const of = (what: keyof Start) => median(starts.map(each => each[what]));
    return [
      { name: 'ui.first', value: of('first'), unit: 'ms', n: rounds },
      { name: 'ui.frame', value: of('frame'), unit: 'ms', n: rounds },
    ];
  },
};
