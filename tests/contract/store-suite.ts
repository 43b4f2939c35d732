// What every implementation of the record keeps to (src/ports/record.ts), noun by noun.

import { describe } from '@jest/globals';
import { actsContract } from './store/acts.ts';
import { inboxContract } from './store/inbox.ts';
import { keysContract } from './store/keys.ts';
import { messagesContract } from './store/messages.ts';
import { proofsContract } from './store/proofs.ts';
import { rechecksContract } from './store/rechecks.ts';
import { openRecord, type StoreUnderTest } from './store/record.ts';
import { renderingsContract } from './store/renderings.ts';
import { sequencerContract } from './store/sequencer.ts';
import { statusesContract } from './store/statuses.ts';
import { workContract } from './store/work.ts';

export function storeContract(name: string, open: () => Promise<StoreUnderTest>): void {
  describe(name, () => {
    const record = openRecord(open);
    renderingsContract(record);
    messagesContract(record);
    keysContract(record);
    proofsContract(record);
    workContract(record);
    rechecksContract(record);
    inboxContract(record);
    statusesContract(record);
    actsContract(record);
    sequencerContract(record);
  });
}
