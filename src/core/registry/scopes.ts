// The rights that a client may have.

export const SCOPES = ['document.submit', 'document.receive', 'status.write', 'status.read'] as const;

export type Scope = (typeof SCOPES)[number];

export function isScope(text: string): text is Scope {
  return SCOPES.some((scope) => scope === text);
}
