// The viewer's rights to a message, as SQL: a viewer must not even find a message that it may not see.

/**
 * The connection `$2` sees message `m`: it sent it, or it serves one of its addressees and the message is available
 * (only its sender sees a held one).
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

/** PostgreSQL would fail on any other text. */
const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

export function isId(text: string): boolean {
  return UUID.test(text);
}
