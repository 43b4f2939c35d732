// Addresses as certificates and people write them, read without goodwill: what could be read in two ways is not read.

/** `example.vn` (the usual ports) or `example.vn:8080` (that port only). */
export interface HostEntry {
  /** Lower case; an IPv6 address without brackets. */
  readonly host: string;
  readonly port: number | null;
}

/** A place to fetch from, in http or https. */
export interface WebPlace {
  readonly secure: boolean;
  readonly host: string;
  readonly port: number;
  /** Path and query. */
  readonly path: string;
}

const MAX_URL = 2048;
/** Host name or IPv4 address, or an IPv6 address in brackets. */
const HOST = String.raw`([a-z0-9](?:[a-z0-9.-]*[a-z0-9])?|\[[0-9a-f:.]+\])`;
const ENTRY = new RegExp(`^${HOST}(?::(\\d{1,5}))?$`);
const PLACE = new RegExp(`^(https?)://${HOST}(?::(\\d{1,5}))?(?:[/?][\\x21-\\x7e]*)?$`, 'i');

/** Undefined: it is neither a host nor a host and a port. */
export function readHostEntry(text: string): HostEntry | undefined {
  const match = ENTRY.exec(text.toLowerCase());
  const host = match?.[1];
  const port = match?.[2] === undefined ? null : Number(match[2]);
  if (host === undefined || port === 0 || (port !== null && port > 65_535)) return undefined;
  return isCanonical(host) ? { host: bare(host), port } : undefined;
}

/**
 * Undefined: not http or https, with user or password, or written in a way that programs read differently (`0x7f.1`,
 * `2130706433`, full-width digits, a dot at the end).
 */
export function readWebPlace(text: string): WebPlace | undefined {
  if (text.length > MAX_URL || !URL.canParse(text)) return undefined;
  const match = PLACE.exec(text);
  const host = match?.[2]?.toLowerCase();
  if (host === undefined || !isCanonical(host)) return undefined;
  const url = new URL(text);
  const secure = url.protocol === 'https:';
  return {
    secure,
    host: bare(host),
    port: url.port === '' ? (secure ? 443 : 80) : Number(url.port),
    path: `${url.pathname}${url.search}`,
  };
}

/** Whether a URL reader leaves it as it is written. */
function isCanonical(host: string): boolean {
  const url = `http://${host}/`;
  return URL.canParse(url) && new URL(url).hostname === host && !host.includes('..');
}

function bare(host: string): string {
  return host.replace(/^\[|\]$/g, '');
}
