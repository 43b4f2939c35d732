// What a client may be granted.

export const SCOPES = ['document.submit', 'document.receive', 'status.write', 'status.read'] as const;

export type Scope = (typeof SCOPES)[number];

export function isScope(text: string): text is Scope {
  return SCOPES.some((scope) => scope === text);
}
