/** What a malware scanner says of one attachment. `unavailable` proves nothing either way. */
export type ScanAnswer =
  | { readonly kind: 'clean' }
  /** `name` is the scanner's word for what it found. */
  | { readonly kind: 'infected'; readonly name: string }
  | { readonly kind: 'unavailable'; readonly reason: string };
