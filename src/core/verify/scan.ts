/** A malware scanner's answer about one attachment. `unavailable` proves nothing either way. */
export type ScanAnswer =
  | { readonly kind: 'clean' }
  /** `name`: the scanner's name for the malware. */
  | { readonly kind: 'infected'; readonly name: string }
  | { readonly kind: 'unavailable'; readonly reason: string };
