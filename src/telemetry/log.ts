// Log lines: one JSON object each, on standard output. No content, no secrets, no personal data: callers hand over facts.

import { isNativeError } from 'node:util/types';
import { createLogger, format, transports } from 'winston';

export type LogFields = Readonly<Record<string, string | number | boolean | null | undefined>>;

export type Severity = 'error' | 'warn' | 'info' | 'debug';

/** The log of the rest of the program. `event` is a stable name such as `message.accepted`. */
export interface Log {
  error(event: string, fields?: LogFields): void;
  warn(event: string, fields?: LogFields): void;
  info(event: string, fields?: LogFields): void;
  debug(event: string, fields?: LogFields): void;
}

/** A log that writes to `stream`, standard output when none is given. */
export function createLog(level: Severity, stream?: NodeJS.WritableStream): Log {
  const transport = new transports.Stream({ stream: stream ?? process.stdout });
  const logger = createLogger({
    level,
    levels: { error: 0, warn: 1, info: 2, debug: 3 },
    format: format.printf((line) => String(line.message)),
    // winston declares its transports as interfaces beside the class it wants.
    // eslint-disable-next-line @typescript-eslint/no-unsafe-class-instance-assignment
    transports: [transport],
  });
  // The whole line is made here: winston gives names such as `message` in its own records another meaning.
  const write = (severity: Severity, event: string, fields: LogFields = {}): void => {
    if (!logger.isLevelEnabled(severity)) return;
    logger.log(severity, JSON.stringify({ at: new Date().toISOString(), level: severity, event, ...fields }));
  };
  return {
    error: (event, fields) => write('error', event, fields),
    warn: (event, fields) => write('warn', event, fields),
    info: (event, fields) => write('info', event, fields),
    debug: (event, fields) => write('debug', event, fields),
  };
}

const CAUSE_DEPTH = 5;

/** An error and its causes as fields for a log line: names, messages and the stack of the innermost. */
export function errorFields(error: unknown): LogFields {
  const chain: Error[] = [];
  for (let next: unknown = error; isNativeError(next) && chain.length < CAUSE_DEPTH; next = next.cause)
    chain.push(next);
  const innermost = chain.at(-1);
  if (innermost === undefined) return { error: typeof error };
  return { error: chain.map((error) => `${error.name}: ${error.message}`).join(' ← '), stack: innermost.stack };
}
