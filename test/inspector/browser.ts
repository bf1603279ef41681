import { existsSync } from 'node:fs';
import { type Browser, chromium } from 'playwright-core';

/** Debian's, or the configured one. */
export const chromiumPath = process.env.CHROMIUM ?? '/usr/bin/chromium';

export const hasChromium = existsSync(chromiumPath);

/** Headless, and without connections of its own. */
export function openBrowser(): Promise<Browser> {
  const quiet = ['--disable-background-networking', '--disable-component-update', '--disable-sync', '--disable-quic'];
  return chromium.launch({
    executablePath: chromiumPath,
    args: ['--headless', '--no-sandbox', '--disable-gpu', '--no-first-run', ...quiet],
  });
}
