/**
 * Finds decisions, subplans and findings in the text that an agent writes to people: JSON on a line of its own, in a list, in
 * a code fence, or over several lines.
 */
import { type AgentMessage, parseAgentLine } from './parse-agent-line.ts';

export interface AgentTextReader {
  /** Reads one line, without its end. @throws {TroupeError} INVALID_DECISION */
  read(line: string): AgentMessage[];
  /** Reads the end of the text. @throws {TroupeError} INVALID_DECISION when a decision has no end */
  close(): AgentMessage[];
}

/** Maximum size of JSON that is searched for its end. */
const linesMax = 200;
const charactersMax = 100_000;

export function createAgentTextReader(): AgentTextReader {
  let open: string[] = [];
  const parse = (text: string): AgentMessage[] => {
    const message = parseAgentLine(text);
    return message === null ? [] : [message];
  };
  /** Reads text that did not become JSON line by line, which reports incomplete decisions. */
  const giveUp = (): AgentMessage[] => {
    const lines = open;
    open = [];
    return lines.flatMap(parse);
  };
  const isTooLong = () => open.length > linesMax || open.reduce((sum, line) => sum + line.length, 0) > charactersMax;

  return {
    read(line) {
      const text = bare(line);
      if (open.length === 0) {
        if (!/^\{\s*("|$)/.test(text)) return [];
        if (isJson(text)) return parse(text);
        open = [text];
        return [];
      }
      // Another object begins or the fence ends: the open one is incomplete.
      if (/^```/.test(line.trim()) || /^\{\s*"(decision|subplan|finding)"/.test(text))
        return [...giveUp(), ...this.read(line)];
      open.push(line);
      const joined = open.join(' ');
      if (isJson(joined)) {
        open = [];
        return parse(joined);
      }
      return isTooLong() ? giveUp() : [];
    },
    close: giveUp,
  };
}

/** Removes list marks and backquotes. */
function bare(line: string): string {
  const text = line.trim().replace(/^(?:[-*•]|\d+[.)])\s+/, '');
  const quoted = /^`+(\{.*\})`+$/.exec(text);
  return quoted?.[1] ?? text;
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
