/** Line coverage of the page's code in the browser, reported by the browser's engine. */
import type { Page } from 'playwright-core';

interface Script {
  text: string;
  /** For each character, whether it ran in any of the pages. */
  ran: Uint8Array;
}

export interface PageCoverage {
  start(page: Page): Promise<void>;
  /** Adds what the page ran; to be called before it closes. */
  stop(page: Page): Promise<void>;
  /** Covered lines and all lines with code, by file. */
  lines(): Map<string, { ran: number; all: number }>;
}

export function pageCoverage(): PageCoverage {
  const scripts = new Map<string, Script>();
  return {
    start: page => page.coverage.startJSCoverage({ resetOnNavigation: false }),
    async stop(page) {
      for (const { url, source, functions } of await page.coverage.stopJSCoverage()) {
        const file = /^\/inspector\/page\/([\w-]+\.js)$/.exec(new URL(url).pathname)?.[1];
        if (file === undefined || source === undefined) continue;
        const script = scripts.get(file) ?? { text: source, ran: new Uint8Array(source.length) };
        scripts.set(file, script);
        const here = new Uint8Array(source.length);
        // Outer ranges come before the inner ones, which are more exact.
        for (const { startOffset, endOffset, count } of functions.flatMap(({ ranges }) => ranges)) {
          here.fill(count > 0 ? 1 : 0, startOffset, endOffset);
        }
        here.forEach((ran, at) => {
          if (ran === 1) script.ran[at] = 1;
        });
      }
    },
    lines() {
      const found = new Map<string, { ran: number; all: number }>();
      for (const [file, { text, ran }] of scripts) {
        const count = { ran: 0, all: 0 };
        let at = 0;
        for (const line of text.split('\n')) {
          const first = at + line.search(/\S/);
          const says = /[\w]/.test(line) && !/^\s*(\/\/|\/?\*)/.test(line);
          if (says) count.all += 1;
          if (says && ran[first] === 1) count.ran += 1;
          at += line.length + 1;
        }
        found.set(file, count);
      }
      return found;
    },
  };
}
