// Looks at the project and decides: one subplan per top-level folder. Read-only, enforced from outside.
import { foldersOf, inventoryOf, pageOf, sharedFile } from './folders.mjs';

export default async function strategist({ directory, decide, subplan, log }) {
  const folders = foldersOf(directory);
  await decide({
    question: 'How is the inventory divided?',
    choose: `One subplan per top-level folder: ${folders.join(', ')}`,
    alternatives: [
      { description: 'One subplan per file', reason: 'more coordination than work' },
      { description: 'One agent for everything', reason: 'nothing would run side by side' },
    ],
    rationale: 'Folders do not share pages; they share one file, whose parts merge three-way.',
    confidence: 0.95,
  });
  for (const folder of folders) {
    log(`${folder}: ${inventoryOf(directory, folder).length} files`);
    await subplan({
      goal: `Write the inventory of ${folder}/`,
      resourceScopes: [sharedFile, pageOf(folder)],
      arguments: { folder },
    });
  }
}
