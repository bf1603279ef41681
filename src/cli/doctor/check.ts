import { type Hint, type SerializedError, TroupeError } from '../../index.ts';

/** The result of one check, with commands to fix a problem. */
export interface HealthCheck {
  name: string;
  status: 'ok' | 'failed' | 'note';
  text: string;
  hints: Hint[];
  error?: SerializedError;
}

export const ok = (name: string, text: string): HealthCheck => ({ name, status: 'ok', text, hints: [] });

export const warning = (name: string, text: string, hints: Hint[]): HealthCheck => ({
  name,
  status: 'note',
  text,
  hints,
});

/** Runs one check separately, so that a failure does not hide the next one. */
export async function runCheck(name: string, look: () => Promise<HealthCheck>): Promise<HealthCheck> {
  try {
    return await look();
  } catch (thrown) {
    const error = TroupeError.serialize(thrown);
    return { name, status: 'failed', text: error.message, hints: error.hints, error };
  }
}
