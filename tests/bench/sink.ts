// The receiving side of the exchange benchmark: takes pushes, says which bytes it has, and remembers when they came.

import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';

export interface SinkPlan {
  readonly port: number;
  readonly token: string;
}

export interface Arrival {
  readonly sha256: string;
  readonly delivery: string;
  /** Milliseconds, comparable between processes of one machine. */
  readonly at: number;
}

const [plan] = (await once(process, 'message')) as [SinkPlan];
const arrivals: Arrival[] = [];

const server = createServer((request, response) => {
  const hash = createHash('sha256');
  request.on('data', (piece: Buffer) => hash.update(piece));
  request.on('end', () => {
    const sha256 = hash.digest('hex');
    const isOurs = request.headers.authorization === `Bearer ${plan.token}`;
    if (isOurs) {
      const delivery = String(request.headers['lienthong-deliveries']);
      arrivals.push({ sha256, delivery, at: performance.timeOrigin + performance.now() });
    }
    response.writeHead(isOurs ? 200 : 401, { 'content-type': 'application/json' }).end(JSON.stringify({ sha256 }));
  });
});
server.listen(plan.port, '127.0.0.1', () => process.send?.({ kind: 'ready' }));
process.on('message', () => process.send?.({ kind: 'arrivals', arrivals }));
process.once('disconnect', () => process.exit());
