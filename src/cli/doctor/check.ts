import { type SerializedError, TroupeError } from '../../index.ts';

/** One thing that was looked at, and what to type when it is not as it should be. */
export interface HealthCheck {
  name: string;
  status: 'well' | 'ill' | 'note';
  text: string;
  hints: string[];
  error?: SerializedError;
}

export const ok = (name: string, text: string): HealthCheck => ({ name, status: 'well', text, hints: [] });

export const warning = (name: string, text: string, hints: string[]): HealthCheck => ({
  name,
  status: 'note',
  text,
  hints,
});

/** Looks at one thing by itself: one that is ill does not hide the next. */
export async function runCheck(name: string, look: () => Promise<HealthCheck>): Promise<HealthCheck> {
  try {
    return await look();
  } catch (thrown) {
    const error = TroupeError.serialize(thrown);
    return { name, status: 'ill', text: error.message, hints: error.hints, error };
  }
}
