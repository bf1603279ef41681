// The definition of done, as a program: exit 0 means the merged inventory is whole.
import { existsSync, readFileSync } from 'node:fs';
import { foldersOf, pageOf, sharedFile, unfilled } from './folders.mjs';

const directory = process.cwd();
const shared = readFileSync(sharedFile, 'utf8');
const wrong = foldersOf(directory).flatMap(folder => [
  ...(shared.includes(`## ${folder}\n`) ? [] : [`${folder} has no heading`]),
  ...(shared.includes(unfilled(folder)) ? [`${folder} is not filled`] : []),
  ...(existsSync(pageOf(folder)) ? [] : [`${pageOf(folder)} is missing`]),
]);
for (const line of wrong) console.log(line);
console.log(`${foldersOf(directory).length} folders, ${wrong.length} problems`);
process.exitCode = wrong.length > 0 ? 1 : 0;
