// Who may see what of a message, as SQL: what may not be seen must not be found either.

/**
 * The connection `$2` sees message `m`: it sent it, or it serves one of its addressees and the message is available (a held
 * one is its sender's only).
 */
export const VISIBLE = `(m.connection = $2 or (m.disposition in ('accepted', 'released')
  and exists (select from delivery d where d.message = m.id and d.connection = $2)))`;

/** Delivery `d` of message `m` may be read by its addressee: neither held nor waiting for its predecessor. */
export const AVAILABLE = `(m.disposition in ('accepted', 'released')
  and exists (select from transmission t where t.id = d.transmission and t.state not in ('held', 'blocked')))`;

/** Delivery `d` is in the form its connection takes, or has been shown as it was accepted. */
export const IN_ITS_FORM = `(d.rendered_sha256 is not null
  or not exists (select from connection c where c.id = d.connection and c.rendering is not null)
  or exists (select from inbox_entry e where e.delivery = d.id and e.connection = d.connection))`;

/** Anything else cannot be an id, and PostgreSQL would refuse to look for it. */
const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

export function isId(text: string): boolean {
  return UUID.test(text);
}
