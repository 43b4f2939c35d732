/** SubFilters whose Contents are CMS over the byte range; the others of the standard rest on SHA-1. */
export const SUB_FILTERS = {
  pkcs7: 'adbe.pkcs7.detached',
  cades: 'ETSI.CAdES.detached',
  timeStamp: 'ETSI.RFC3161',
} as const;
