import { Fault, type StoredFault } from '../../index.ts';

/** One thing that was looked at, and what to type when it is not as it should be. */
export interface Finding {
  name: string;
  status: 'well' | 'ill' | 'note';
  text: string;
  hints: string[];
  fault?: StoredFault;
}

export const well = (name: string, text: string): Finding => ({ name, status: 'well', text, hints: [] });

export const note = (name: string, text: string, hints: string[]): Finding => ({ name, status: 'note', text, hints });

/** Looks at one thing by itself: one that is ill does not hide the next. */
export async function examine(name: string, look: () => Promise<Finding>): Promise<Finding> {
  try {
    return await look();
  } catch (thrown) {
    const fault = Fault.store(thrown);
    return { name, status: 'ill', text: fault.message, hints: fault.hints, fault };
  }
}
