/** A program that merges a large file in another thread, and never closes the merger. */
import { MergeThread } from '../../../../src/adapters/merge/thread/file-merger.ts';
import { largeJson } from './large-files.ts';

const thread = new MergeThread();
await thread.run('mergeFile', { path: 'a.json', ...largeJson() });
console.log(`elsewhere: ${thread.elsewhere}`);
