// The trust profiles by the names that are typed; a gateway's registry has them with dates.

import { STRICT_PACKAGE, type TrustProfile } from '../../core/registry/profile.ts';

export const PROFILES: Readonly<Record<string, TrustProfile>> = {
  strict: STRICT_PACKAGE,
  document: { profile: 'strict', evidence: 'document' },
  axis: { profile: 'axis', evidence: 'document' },
  'legacy-sha1': { profile: 'legacy-sha1', evidence: 'package' },
};
