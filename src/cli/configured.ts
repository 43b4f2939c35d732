// The settings with a command's options laid over them.

import { loadConfig, type Configured } from '../config/config.ts';
import { environmentWith } from '../config/env.ts';

export interface ConfigOptions {
  readonly config?: string;
  readonly data?: string;
  readonly roles?: string;
  readonly host?: string;
  readonly port?: string;
}

/** Rejects with `config-invalid`, all problems at once. */
export function configured(options: ConfigOptions): Configured {
  return loadConfig(
    environmentWith({
      LIENTHONG_CONFIG: options.config,
      LIENTHONG_DATA_DIR: options.data,
      LIENTHONG_ROLES: options.roles,
      LIENTHONG_HTTP_HOST: options.host,
      LIENTHONG_HTTP_PORT: options.port,
    }),
  );
}
