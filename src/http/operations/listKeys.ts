import type { Signer } from '../../ports/signer.ts';
import { noBody, noQuery } from '../inputs.ts';
import { publicOperation } from '../operation.ts';
import { KeysSchema } from '../schemas.ts';

/** With one of these keys and the receipt, `openssl dgst -sha256 -verify` is all that is needed. */
export const listKeys = publicOperation(
  {
    id: 'listKeys',
    method: 'get',
    path: '/v1/keys',
    summary: 'The keys that receipts are signed with',
    query: noQuery,
    body: noBody,
    produces: 'application/json',
    answers: { 200: { description: 'The keys', schema: KeysSchema } },
  },
  (parts: { readonly signer: Pick<Signer, 'keyId' | 'algorithm' | 'publicKey'> }) => () => {
    const { keyId, algorithm, publicKey } = parts.signer;
    const pem = publicKey.export({ type: 'spki', format: 'pem' }).toString();
    return Promise.resolve({ status: 200, json: { keys: [{ keyId, algorithm, publicKey: pem }] } });
  },
);
