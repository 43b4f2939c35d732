// The scanner of a ClamAV daemon, over its INSTREAM command: one connection for each file, the bytes in pieces that carry
// their length, one line as the answer.

import { connect, type NetConnectOpts, type Socket } from 'node:net';
import type { ScanAnswer } from '../../core/verify/scan.ts';
import type { MalwareScanner, Scan } from '../../ports/malware-scanner.ts';

export interface ClamdOptions {
  /** `clamd://host:port`, or `clamd:///path/of/the/socket`. */
  readonly url: string;
  /** Milliseconds of silence after which the daemon counts as down. Large archives take it a while. */
  readonly patience?: number;
}

const PATIENCE = 60_000;
/** An answer is a line with the name of what was found; whatever is longer is not from this daemon. */
const ANSWER_BYTES = 4096;
const COMMAND = 'zINSTREAM\0';
const END_OF_STREAM = Buffer.alloc(4);

export function openClamdScanner({ url, patience = PATIENCE }: ClamdOptions): MalwareScanner {
  const target = targetOf(new URL(url));
  return { scan: () => openScan(connect(target), patience) };
}

function targetOf(url: URL): NetConnectOpts {
  if (url.hostname === '') return { path: decodeURIComponent(url.pathname) };
  return { host: url.hostname.replace(/^\[|\]$/g, ''), port: Number(url.port || '3310') };
}

function openScan(socket: Socket, patience: number): Scan {
  let reply = '';
  const answer = new Promise<ScanAnswer>((resolve) => {
    const unavailable = (reason: string) => {
      resolve({ kind: 'unavailable', reason });
      socket.destroy();
    };
    socket.setTimeout(patience, () => unavailable('timeout'));
    socket.on('error', ({ message }) => unavailable(message));
    socket.on('data', (bytes: Buffer) => {
      reply += bytes.toString('latin1');
      if (reply.length > ANSWER_BYTES) unavailable('answer too long');
      else if (reply.includes('\0')) {
        resolve(answerOf(reply));
        socket.destroy();
      }
    });
    socket.on('close', () => resolve({ kind: 'unavailable', reason: 'closed without an answer' }));
  });
  const over = answer.then(() => undefined);
  socket.write(COMMAND);
  return {
    async write(chunk) {
      if (socket.destroyed || chunk.length === 0) return;
      const length = Buffer.alloc(4);
      length.writeUInt32BE(chunk.length);
      socket.write(length);
      const writing = new Promise<void>((resolve) => socket.write(chunk, () => resolve()));
      // Given up as soon as there is an answer: a daemon that has found something stops reading.
      await Promise.race([writing, over]);
    },
    async end() {
      if (!socket.destroyed) socket.write(END_OF_STREAM);
      return await answer;
    },
    abandon: () => socket.destroy(),
  };
}

/** `stream: OK`, `stream: NAME FOUND`; everything else is a complaint of the daemon's. */
function answerOf(text: string): ScanAnswer {
  const line = text.slice(0, text.indexOf('\0')).trim();
  if (line === 'stream: OK') return { kind: 'clean' };
  const signatureName = /^stream: (.+) FOUND$/.exec(line)?.[1];
  return signatureName === undefined
    ? { kind: 'unavailable', reason: line }
    : { kind: 'infected', name: signatureName };
}
