/** A process of its own: takes all files it may open, takes a census, gives them back, takes it again. */
import { closeSync, openSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { listTaggedProcesses } from '../../../src/adapters/process/tagged-processes.ts';
import { TroupeError } from '../../../src/model/errors.ts';

const listProcesses = () =>
  listTaggedProcesses().then(
    found => found.length,
    (error: unknown) => TroupeError.serialize(error),
  );

// What reading needs for the first time is not what is looked at here.
await readFile('/dev/null');
const openFiles: number[] = [];
try {
  for (;;) openFiles.push(openSync('/dev/null', 'r'));
} catch {
  // All are taken.
}
const underLimit = await listProcesses();
// Enough to list the processes, too few to look at them.
for (const file of openFiles.splice(0, 2)) closeSync(file);
const underLimitAgain = await listProcesses();
for (const file of openFiles) closeSync(file);
process.stdout.write(JSON.stringify({ poor: underLimit, scarce: underLimitAgain, rich: await listProcesses() }));
