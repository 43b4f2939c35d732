// An authority that answers for its certificates over HTTP: lists and OCSP on one port, and in every wrong way one likes.

import {
  createAuthority,
  issue,
  issueCrl,
  type Authority,
  type IssueOptions,
  type Issued,
} from '../../certs/authority.ts';
import { oid, sequence, tagged, tlv } from '../../src/core/crypto/der-writer.ts';
import { buildOcspAnswer, type OcspTemplate } from '../../certs/ocsp.ts';
import { basicConstraints, keyUsage, type Extension } from '../../certs/x509.ts';
import { createPublicKey, type KeyObject } from 'node:crypto';
import type { ServerResponse } from 'node:http';
import { openLoopbackServer, type LoopbackServer } from './loopback-server.ts';

/** What it does when it is asked. */
export type Manner =
  'good' | 'revoked' | 'unknown' | 'try-later' | 'another-serial' | 'yesterday' | 'page' | 'reset' | 'hang' | 'missing';

export interface LiveAuthority {
  readonly authority: Authority;
  /** `127.0.0.1:port`, as a list of allowed hosts wants it. */
  readonly place: string;
  readonly asked: { ocsp: number; crl: number };
  ocsp: Manner;
  /** `forged`: newer, tells of a revocation, and its signature does not verify. */
  crl: 'good' | 'revoked' | 'forged' | 'hang' | 'missing';
  /** A certificate that names this authority's places, or others. */
  issue(
    options: Pick<IssueOptions, 'subject'> & { readonly key: KeyObject; readonly ocsp?: string; readonly crl?: string },
  ): Issued;
  close(): Promise<void>;
}

const uri = (url: string): Buffer => tlv(0x86, Buffer.from(url, 'latin1'));

export function informationAccess(url: string): Extension {
  return { oid: '1.3.6.1.5.5.7.1.1', value: sequence(sequence(oid('1.3.6.1.5.5.7.48.1'), uri(url))) };
}

export function distributionPoint(url: string): Extension {
  return { oid: '2.5.29.31', value: sequence(sequence(tagged(0, tagged(0, uri(url))))) };
}

const HOUR = 3600 * 1000;

export async function openLiveAuthority(name: string, now: () => Date): Promise<LiveAuthority> {
  const authority = await createAuthority({ name: [['CN', name]], key: 'ec', now: now(), days: 30 });
  let serial: Buffer = Buffer.alloc(0);
  const asked = { ocsp: 0, crl: 0 };
  const live: LiveAuthority = {
    authority,
    place: '',
    asked,
    ocsp: 'good',
    crl: 'missing',
    issue({ subject, key, ocsp = `http://${live.place}/ocsp`, crl = `http://${live.place}/list.crl` }) {
      const extensions = [
        basicConstraints(false),
        keyUsage('digitalSignature', 'nonRepudiation'),
        ...(ocsp === '' ? [] : [informationAccess(ocsp)]),
        ...(crl === '' ? [] : [distributionPoint(crl)]),
      ];
      const publicKey = createPublicKey(key);
      const issued = issue(authority, { subject, publicKey, now: now(), days: 20, override: { extensions } });
      ({ serial } = issued);
      return issued;
    },
    close: () => server.close(),
  };

  const answerOcsp = (response: ServerResponse): void => {
    if (live.ocsp === 'page') response.setHeader('content-type', 'text/html').end('<html>');
    else if (live.ocsp === 'missing') response.writeHead(404).end();
    else if (live.ocsp === 'reset') response.socket?.resetAndDestroy();
    else if (live.ocsp === 'try-later') response.end(sequence(tlv(0x0a, Buffer.of(3))));
    else if (live.ocsp !== 'hang') response.end(buildOcspAnswer(authority, templateFor(live.ocsp)));
  };

  const templateFor = (manner: Manner): OcspTemplate => {
    const at = new Date(now().getTime() - (manner === 'yesterday' ? 25 * HOUR : 1000));
    const statement = {
      serial: manner === 'another-serial' ? Buffer.from('7777', 'hex') : serial,
      thisUpdate: at,
      ...(manner === 'yesterday' ? { nextUpdate: new Date(at.getTime() + 24 * HOUR) } : {}),
      ...(manner === 'unknown' ? { status: 'unknown' as const } : {}),
      ...(manner === 'revoked' ? { status: { at: new Date(at.getTime() - HOUR), reason: 1 } } : {}),
    };
    return { producedAt: at, statements: [statement] };
  };

  const answerCrl = (response: ServerResponse): void => {
    response.setHeader('content-type', 'application/pkix-crl');
    if (live.crl === 'missing') response.writeHead(404).end();
    else if (live.crl !== 'hang') {
      const revoked = live.crl !== 'good' ? [{ serial, at: new Date(now().getTime() - HOUR), reason: 1 }] : [];
      const number = live.crl === 'forged' ? 2 : 1;
      const list = Buffer.from(issueCrl(authority, { now: now(), days: 7, number, revoked }));
      const last = list.length - 1;
      if (live.crl === 'forged') list[last] = (list[last] ?? 0) ^ 1;
      response.end(list);
    }
  };

  const server: LoopbackServer = await openLoopbackServer((request, response) => {
    request.resume();
    if (request.url === '/ocsp') {
      asked.ocsp += 1;
      response.setHeader('content-type', 'application/ocsp-response');
      answerOcsp(response);
    } else {
      asked.crl += 1;
      answerCrl(response);
    }
  });
  return Object.assign(live, { place: `127.0.0.1:${server.port}` });
}
