// Does the work. The plan itself lays the shared file with a heading per folder; each subplan writes the page of its
// folder and fills its part of the shared file.
import { foldersOf, inventoryOf, pageOf, sharedFile, unfilled } from './folders.mjs';

export default async function writer({ depth, directory, arguments: given, write, edit, log }) {
  if (depth === 0) {
    const parts = foldersOf(directory).map(folder => `## ${folder}\n\n${unfilled(folder)}\n`);
    await write(sharedFile, `# Inventory\n\nWhat is where, folder by folder.\n\n${parts.join('\n')}`);
    return;
  }
  const { folder } = given;
  const files = inventoryOf(directory, folder);
  const lines = files.reduce((sum, file) => sum + file.lines, 0);
  const rows = files.map(file => `| ${file.path} | ${file.lines} | ${file.exports.join(', ')} |`);
  await write(pageOf(folder), `# ${folder}\n\n| file | lines | exports |\n|---|---:|---|\n${rows.join('\n')}\n`);
  await edit(
    sharedFile,
    unfilled(folder),
    `${files.length} files, ${lines} lines: [${pageOf(folder)}](${pageOf(folder)})`,
  );
  log(`${folder}: ${files.length} files, ${lines} lines`);
}
