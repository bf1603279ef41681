/**
 * Finds what an agent says to us in what it writes to people: a line of JSON by itself, in a list, in a fence, or spread over
 * several lines, as models like to print it.
 */
import { type AgentMessage, parseAgentLine } from './parse-agent-line.ts';

export interface AgentTextReader {
  /** One line, without its end. @throws {TroupeError} INVALID_DECISION */
  read(line: string): AgentMessage[];
  /** The text is over. @throws {TroupeError} INVALID_DECISION where what began as a decision has no end */
  close(): AgentMessage[];
}

/** JSON over more lines, or longer, is not what we ask for. */
const linesMax = 200;
const charactersMax = 100_000;

export function createAgentTextReader(): AgentTextReader {
  let open: string[] = [];
  const parse = (text: string): AgentMessage[] => {
    const said = parseAgentLine(text);
    return said === null ? [] : [said];
  };
  /** What never became JSON is read line by line, which finds what began as a decision. */
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
      // Another one begins, or the fence ends: what was open is not going to end.
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

/** Without the mark of a list around it, and without backquotes. */
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
