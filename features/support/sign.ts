/** Something one waits for until somebody gives it. */
export interface Sign {
  given: Promise<void>;
  give(): void;
}

export function makeSign(): Sign {
  let give = () => {};
  const given = new Promise<void>(resolve => {
    give = resolve;
  });
  return { given, give: () => give() };
}

/** Waits for the sign, or fails when the work is stopped first. */
export function unlessStopped(sign: Sign, signal: AbortSignal): Promise<void> {
  const stopped = new Promise<never>((_, reject) => {
    const stop = () => reject(new Error('stopped'));
    if (signal.aborted) stop();
    signal.addEventListener('abort', stop, { once: true });
  });
  return Promise.race([sign.given, stopped]);
}
