/** A process of its own: moves a folder into another and removes it there, as the user it is told to be. */
import { join } from 'node:path';
import { moveFolder, removeFolder } from '../../../src/adapters/files/when-free.ts';

const [uid = '', folder = '', into = ''] = process.argv.slice(2);
// What is loaded later may be for others to read only.
await removeFolder(`${folder}-that-is-not-there`);
if (uid !== '') process.setuid?.(Number(uid));
await moveFolder(folder, join(into, 'moved'));
await removeFolder(join(into, 'moved'));
