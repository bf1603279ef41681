import { open, rename, rm } from 'node:fs/promises';
import { resolve } from 'node:path';
import { TroupeError } from '../../index.ts';
import { formatBytes, pluralize } from '../../presentation/units.ts';
import type { CommandOutcome, RunCommand } from '../command.ts';
import { appendFlag } from '../output/hints.ts';
import { openProject, requirePlan } from '../project/open-project.ts';

export const run: RunCommand = async context => {
  const { args, globals, io } = context;
  const output = args.text('output');
  const file = output === undefined ? null : resolve(globals.directory, output);
  if (file === null && !['rich', 'plain'].includes(globals.format)) {
    throw new TroupeError('USAGE', `--format ${globals.format} prints what was exported, so the export needs a file`, {
      where: '--output',
      hints: [appendFlag(context.commandLine, '--output troupe-export.jsonl')],
    });
  }
  await using opened = await openProject(context);
  const plan = await requirePlan(context, opened.troupe);
  const lines = plan.export({ files: !args.has('records-only') });
  if (file !== null) return summary(plan.id, file, await save(lines, file));
  const written = await copy(lines, async text => io.stdout.write(text));
  return { ...summary(plan.id, null, written), text: '' };
};

interface ExportSummary {
  lines: number;
  bytes: number;
  redacted: string[];
}

/** Writes to a temporary name first, so that no partial export appears. */
async function save(lines: AsyncIterable<string>, file: string): Promise<ExportSummary> {
  const draft = `${file}.part`;
  try {
    await using handle = await open(draft, 'w');
    const written = await copy(lines, async text => {
      await handle.writeFile(text);
    });
    await handle.sync();
    await rename(draft, file);
    return written;
  } catch (thrown) {
    await rm(draft, { force: true });
    throw thrown;
  }
}

async function copy(lines: AsyncIterable<string>, write: (text: string) => Promise<unknown>): Promise<ExportSummary> {
  const written = { lines: 0, bytes: 0 };
  let last = '';
  for await (const line of lines) {
    await write(`${line}\n`);
    written.lines += 1;
    written.bytes += line.length + 1;
    last = line;
  }
  const { redacted } = JSON.parse(last) as { redacted: string[] };
  return { ...written, redacted };
}

function summary(planId: string, file: string | null, { lines, bytes, redacted }: ExportSummary): CommandOutcome {
  const without = redacted.length === 0 ? '' : `; taken out: ${redacted.join(', ')}`;
  return {
    data: { plan_id: planId, file, lines, bytes, redacted },
    text: `exported ${planId.slice(-8)} to ${file}: ${pluralize(lines, 'line')}, ${formatBytes(bytes)}${without}`,
  };
}
