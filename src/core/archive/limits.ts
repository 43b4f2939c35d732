/**
 * The bounds at which the reader of a wrapped file gives up. The file's own size is limited by the package's reader.
 */
export interface ArchiveLimits {
  /** Of the entry's name, in bytes. */
  readonly nameBytes: number;
  /** Of the extra fields of each of its two headers, in bytes. */
  readonly extraBytes: number;
  /** Bytes that may come out of each byte that goes in, once more than `freeBytes` have come out. */
  readonly ratio: number;
  readonly freeBytes: number;
  /** Of deflate: each may bring code tables of its own, which cost more to build than the few bytes they take. */
  readonly blocks: number;
}

/** Ours: no source states any. */
export const ARCHIVE_LIMITS: ArchiveLimits = {
  nameBytes: 1024, // the national library writes 41
  extraBytes: 4096, // times, owners and alignment take some 100
  ratio: 200, // text gives 20, an empty spreadsheet of the old format 60; deflate ends at 1,032
  freeBytes: 16 << 20, // a blank scan may give any ratio
  blocks: 1_000_000, // 200 MB flushed at every 200 bytes
};
