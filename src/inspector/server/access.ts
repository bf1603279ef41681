/**
 * Who may speak to the inspector: a person who was given its address, from a page of its own.
 * - G1 an invitation opens once; from then on a cookie that no script can read does;
 * - G2 nobody who calls this machine by another name is answered (rebinding of names), nor a page of another origin;
 * - G3 secrets are compared in constant time and are 256 random bits.
 */
import { randomBytes, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage } from 'node:http';

export interface AccessControl {
  /** A secret that opens once. */
  invitation(): string;
  /** For programs that send their machines' events here; opens as often as it is shown. */
  readonly receiverToken: string;
  /** Takes an invitation; the cookie to set, or null when it is none or was taken. */
  accept(token: string): string | null;
  /** Why a request is refused; null when it may go on. */
  rejection(request: IncomingMessage): AccessRejection | null;
  hasCookie(request: IncomingMessage): boolean;
  isReceiverToken(token: string | null): boolean;
}

export interface AccessRejection {
  status: 403 | 421;
  message: string;
}

export function createAccessControl({ port }: { port: () => number }): AccessControl {
  const session = secret();
  const pass = secret();
  const invitations = new Set<string>();
  const cookieName = () => `troupe-inspector-${port()}`;
  const hosts = () => ['127.0.0.1', 'localhost', '[::1]'].map(name => `${name}:${port()}`);
  return {
    receiverToken: pass,
    invitation() {
      const token = secret();
      invitations.add(token);
      return token;
    },
    accept(token) {
      const known = [...invitations].find(invitation => same(invitation, token));
      if (known === undefined) return null;
      invitations.delete(known);
      return `${cookieName()}=${session}; HttpOnly; SameSite=Strict; Path=/`;
    },
    rejection({ headers: { host, origin, 'sec-fetch-site': site } }) {
      if (host === undefined || !hosts().includes(host)) {
        return { status: 421, message: 'The inspector answers only under the address it was given.' };
      }
      const isForeign = origin !== undefined && origin !== `http://${host}`;
      if (isForeign || site === 'cross-site') {
        return { status: 403, message: 'The inspector does not speak to pages of other origins.' };
      }
      return null;
    },
    hasCookie({ headers }) {
      const cookies = (headers.cookie ?? '').split(/;\s*/).map(cookie => cookie.split('='));
      return cookies.some(([name, value = '']) => name === cookieName() && same(value, session));
    },
    isReceiverToken: token => token !== null && same(token, pass),
  };
}

const secret = () => randomBytes(32).toString('base64url');

function same(left: string, right: string): boolean {
  const [a, b] = [Buffer.from(left), Buffer.from(right)];
  return a.length === b.length && timingSafeEqual(a, b);
}
