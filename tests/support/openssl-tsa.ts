// A time-stamp authority for tests: `openssl ts -reply` behind HTTP. It answers as told: rightly, or with a fault.

import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { run } from './external.ts';
import { requireTool } from './tools.ts';

export type Answering = (answer: Buffer, response: ServerResponse) => void;

export interface TestAuthority {
  readonly url: string;
  /** PEM file of its root. */
  readonly certificate: string;
  /** PEM file of another root. */
  readonly stranger: string;
  /** How many were asked for. */
  asked(): number;
  /** Instead of sending the right answer. Undefined: right again. */
  answer(as: Answering | undefined): void;
  close(): Promise<void>;
}

const CONFIG = `[tsa]
default_tsa = lienthong
[lienthong]
serial = serial
default_policy = 1.3.6.1.4.1.99999.1
digests = sha256
signer_digest = sha256
ess_cert_id_alg = sha256
crypto_device = builtin
[req]
distinguished_name = name
prompt = no
[name]
[root]
basicConstraints = critical,CA:TRUE
keyUsage = critical,keyCertSign
subjectKeyIdentifier = hash
[stamping]
basicConstraints = critical,CA:FALSE
keyUsage = critical,digitalSignature
extendedKeyUsage = critical,timeStamping
`;

export async function openTestAuthority(): Promise<TestAuthority> {
  const openssl = await requireTool('openssl');
  const folder = await mkdtemp(join(tmpdir(), 'lienthong-tsa-'));
  await writeFile(join(folder, 'tsa.cnf'), CONFIG);
  await writeFile(join(folder, 'serial'), '01\n');
  const issue = (name: string, extensions: string, ...more: readonly string[]): Promise<string> => {
    const key = ['-newkey', 'rsa:2048', '-nodes', '-keyout', `${name}.key`, '-config', 'tsa.cnf'];
    const args = ['req', '-x509', ...key, '-subj', `/CN=${name}`, '-extensions', extensions, '-out', `${name}.pem`];
    return run(openssl, [...args, '-days', '5', ...more], { cwd: folder });
  };
  await issue('root', 'root');
  await issue('stranger', 'root');
  await issue('tsa', 'stamping', '-CA', 'root.pem', '-CAkey', 'root.key');
  let asked = 0;
  let as: Answering | undefined;
  const reply = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const pieces: Buffer[] = [];
    for await (const piece of request) pieces.push(piece as Buffer);
    asked += 1;
    const file = join(folder, `${asked}.tsq`);
    await writeFile(file, Buffer.concat(pieces));
    const signer = ['-signer', 'tsa.pem', '-inkey', 'tsa.key'];
    await run(openssl, ['ts', '-reply', '-queryfile', file, ...signer, '-config', 'tsa.cnf', '-out', `${file}.tsr`], {
      cwd: folder,
    });
    const answer = await readFile(`${file}.tsr`);
    if (as === undefined) send(answer, response);
    else as(answer, response);
  };
  const server = createServer((request, response) => {
    reply(request, response).catch(() => response.writeHead(500).end());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    certificate: join(folder, 'root.pem'),
    stranger: join(folder, 'stranger.pem'),
    asked: () => asked,
    answer: (next) => (as = next),
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      await rm(folder, { recursive: true, force: true });
    },
  };
}

export function send(answer: Buffer, response: ServerResponse): void {
  response.writeHead(200, { 'Content-Type': 'application/timestamp-reply' }).end(answer);
}
