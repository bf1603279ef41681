/** A separate process: opens all files it may open, lists processes, closes the files, lists processes again. */
import { closeSync, openSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { listTaggedProcesses } from '../../../src/adapters/process/tagged-processes.ts';
import { TroupeError } from '../../../src/model/errors.ts';

const listProcesses = () =>
  listTaggedProcesses().then(
    found => found.length,
    (error: unknown) => TroupeError.serialize(error),
  );

// Modules that are loaded on first use are not part of this test.
await readFile('/dev/null');
const openFiles: number[] = [];
try {
  for (;;) openFiles.push(openSync('/dev/null', 'r'));
} catch {
  // All are open.
}
const underLimit = await listProcesses();
// Files are opened one after the other.
for (const file of openFiles.splice(0, 1)) closeSync(file);
const oneFree = await listProcesses();
for (const file of openFiles) closeSync(file);
process.stdout.write(JSON.stringify({ poor: underLimit, scarce: oneFree, rich: await listProcesses() }));
