import { closeSync, openSync } from 'node:fs';
import { devNull } from 'node:os';

/** A process needs three pipes with two ends each, plus some during its start. */
const descriptorsNeeded = 16;

/**
 * Checks that enough file descriptors are left to start a process. simple-git offers no way to handle the error event
 * of a failed start, which would end the process.
 * @throws {Error} EMFILE
 */
export function assertFileDescriptors(): void {
  const opened: number[] = [];
  try {
    while (opened.length < descriptorsNeeded) opened.push(openSync(devNull, 'r'));
  } finally {
    for (const file of opened) closeSync(file);
  }
}
