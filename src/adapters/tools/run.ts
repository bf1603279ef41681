import * as z from 'zod';
import { commandHint } from '../../model/command-hint.ts';
import { mergeEnvironment } from '../../model/environment.ts';
import { TroupeError } from '../../model/errors.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Tool } from '../../ports/tool.ts';
import { buildEnvironment } from '../process/environment.ts';
import type { runProcess } from '../process/run.ts';

const outputMiBMax = 256;

const Input = z.strictObject({
  argv: z.array(z.string()).min(1),
  /** Standard input of the program. */
  stdin: z.string().optional(),
  timeoutSeconds: z.number().positive().max(86_400).default(600),
});
const Output = z.strictObject({
  exitCode: z.number().int().nullable(),
  signal: z.string().nullable(),
  /** The end of its output. */
  output: z.string(),
  /** sha256 of its whole output. */
  digest: z.string(),
  durationMs: z.number(),
});

/** Runs a program in the sandbox. A program that fails is a result; one that cannot start or does not end is an error. */
export function runTool(options: {
  env: Record<string, string>;
  clock: Clock;
  run: typeof runProcess;
}): Tool<z.output<typeof Input>, z.output<typeof Output>> {
  return {
    name: 'builtin/run',
    aliases: ['run', 'builtin/run-command'],
    description: 'Run a program in the project, without a shell.',
    input: Input,
    output: Output,
    sideEffects: ['run_process', 'write_files'],
    async run({ argv, stdin, timeoutSeconds }, { plan, openEnvironment, signal, key, log }) {
      const { directory, variables } = await openEnvironment();
      const {
        outcome,
        exitCode,
        signal: killedBy,
        digest,
        durationMs,
        tail,
      } = await options.run({
        argv,
        cwd: directory,
        env: buildEnvironment(mergeEnvironment(plan, options.env), variables),
        watchdogs: {
          totalSeconds: timeoutSeconds,
          idleSeconds: timeoutSeconds,
          graceSeconds: 5,
          outputMiB: outputMiBMax,
        },
        signal,
        processTag: key,
        onLine: log,
        stdin: stdin ?? null,
        clock: options.clock,
      });
      const command = argv.join(' ');
      const details = { where: command, details: { output: tail } };
      switch (outcome) {
        case 'exited':
          return { exitCode, signal: killedBy, output: tail, digest, durationMs };
        case 'not_found':
          throw new TroupeError('TOOL_FAILED', tail, { ...details, retriable: false, hints: [commandHint('doctor')] });
        case 'aborted':
          throw new TroupeError('CANCELLED', `${command} was stopped`, details);
        case 'flooded':
          throw new TroupeError('FLOODED', `${command} printed more than ${outputMiBMax} MiB`, details);
        default:
          throw new TroupeError('TIMED_OUT', `${command} did not end within ${timeoutSeconds} s`, details);
      }
    },
  };
}
