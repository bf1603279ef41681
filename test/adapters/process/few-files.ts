/** A process of its own: takes all files it may open, takes a census, gives them back, takes it again. */
import { closeSync, openSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { census } from '../../../src/adapters/process/marked.ts';
import { Fault } from '../../../src/model/fault.ts';

const look = () =>
  census().then(
    found => found.length,
    (error: unknown) => Fault.store(error),
  );

// What reading needs for the first time is not what is looked at here.
await readFile('/dev/null');
const taken: number[] = [];
try {
  for (;;) taken.push(openSync('/dev/null', 'r'));
} catch {
  // All are taken.
}
const poor = await look();
// Enough to list the processes, too few to look at them.
for (const file of taken.splice(0, 2)) closeSync(file);
const scarce = await look();
for (const file of taken) closeSync(file);
process.stdout.write(JSON.stringify({ poor, scarce, rich: await look() }));
