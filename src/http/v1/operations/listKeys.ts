import { KeysAnswer } from '../../../api/v1/keys.ts';
import type { Signer } from '../../../ports/signer.ts';
import type { KeyStore } from '../../../ports/keys.ts';
import { noBody, noQuery } from '../../inputs.ts';
import { answer, publicOperation } from '../../operation.ts';

/** With one of these keys, `openssl dgst -sha256 -verify` alone checks a receipt. */
export const listKeys = publicOperation(
  {
    id: 'listKeys',
    method: 'get',
    path: '/v1/keys',
    summary: 'The keys that receipts are, were and will be signed with; the current one first',
    query: noQuery,
    body: noBody,
    produces: 'application/json',
    answers: { 200: { description: 'The keys', schema: KeysAnswer } },
  },
  (parts: { readonly keys: Pick<KeyStore, 'list'>; readonly signer: Pick<Signer, 'keyId'> }) => async () => {
    const keyList = await parts.keys.list();
    const keys = keyList.map(({ keyId, algorithm, publicKey, firstUsed, lastUsed }) => {
      const current = keyId === parts.signer.keyId;
      return {
        keyId,
        algorithm,
        publicKey: publicKey.export({ type: 'spki', format: 'pem' }).toString(),
        current,
        ...(firstUsed === null ? {} : { validFrom: firstUsed.toISOString() }),
        ...(lastUsed === null || current ? {} : { validTo: lastUsed.toISOString() }),
      };
    });
    return answer(200, KeysAnswer, { keys: keys.sort((a, b) => Number(b.current) - Number(a.current)) });
  },
);
