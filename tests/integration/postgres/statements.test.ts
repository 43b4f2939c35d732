// Each named statement is prepared by the server, which tells the columns of its answer: they are those that the type of
// its rows names, and hold what it says.

import { afterAll, beforeAll, expect, test } from '@jest/globals';
import pg from 'pg';
import { namedStatements, type ColumnType, type NamedStatement } from '../../support/statements.ts';
import { freshDatabase, stopServers, type TestDatabase } from '../../support/postgres.ts';

const { builtins } = pg.types;

/** What the driver makes of a column's type; all others are text. */
const KINDS: ReadonlyMap<number, readonly ColumnType[]> = new Map<number, readonly ColumnType[]>([
  [builtins.BOOL, ['boolean']],
  [builtins.BYTEA, ['Buffer']],
  [builtins.INT2, ['number']],
  [builtins.INT4, ['number']],
  [builtins.FLOAT8, ['number']],
  [builtins.TIMESTAMPTZ, ['Date']],
  [builtins.JSON, ['json', 'array', 'string', 'number', 'boolean']],
  [builtins.JSONB, ['json', 'array', 'string', 'number', 'boolean']],
  [1005, ['array']], // int2[]
  [1007, ['array']], // int4[]
  [1009, ['array']], // text[]
  [1016, ['array']], // int8[]
  [2951, ['array']], // uuid[]
]);

const statements = await namedStatements('src/drivers/postgres');
let database: TestDatabase;
let client: pg.Client;

beforeAll(async () => {
  database = await freshDatabase();
  client = new pg.Client({ connectionString: database.runUrl, options: '-c search_path=lienthong -c timezone=UTC' });
  await client.connect();
});

afterAll(async () => {
  await client.end();
  await stopServers();
});

/** Prepares a statement without running it; resolves to the numbers of its columns' types. */
function describeStatement(text: string): Promise<ReadonlyMap<string, number>> {
  return new Promise((resolve, reject) => {
    let columns = new Map<string, number>();
    client.query({
      submit(connection: pg.Connection) {
        connection.parse({ name: '', text, types: [] }, true);
        connection.describe({ type: 'S', name: '' }, true);
        connection.sync();
      },
      handleRowDescription({ fields }: { readonly fields: readonly pg.FieldDef[] }) {
        columns = new Map(fields.map(({ name, dataTypeID }) => [name, dataTypeID]));
      },
      handleError: reject,
      handleReadyForQuery: () => resolve(columns),
    } as unknown as pg.Submittable);
  });
}

function kindsOf(type: number): readonly ColumnType[] {
  return KINDS.get(type) ?? ['string'];
}

/** What the answer holds: of each column the kind that the type of the rows states, where it may be that; else the usual. */
async function answeredKinds({ text, columns }: Pick<NamedStatement, 'text' | 'columns'>): Promise<object> {
  const answered = [...(await describeStatement(text))].map(([name, type]) => {
    const stated = columns?.get(name);
    return [name, stated !== undefined && kindsOf(type).includes(stated) ? stated : kindsOf(type)[0]] as const;
  });
  return Object.fromEntries(answered);
}

test('all statements are found', () => {
  expect(statements.length).toBeGreaterThan(130);
});

test('a name stands for one text', () => {
  const texts = new Map(statements.map(({ name, text }) => [name, text]));
  expect(statements.filter(({ name, text }) => texts.get(name) !== text)).toEqual([]);
});

const reading = statements.filter(({ columns }) => columns !== null);
const writing = statements.filter(({ columns }) => columns === null);

test.each(reading)('$name answers what its row type says ($site)', async (statement) => {
  expect(await answeredKinds(statement)).toEqual(Object.fromEntries(statement.columns ?? []));
});

test.each(writing)('$name, whose answer is not read, can be prepared ($site)', async ({ text }) => {
  await expect(describeStatement(text)).resolves.toBeDefined();
});

test('a column too few, too many or of another kind is noticed', async () => {
  const text = 'select id, size, received_at from message';
  const answered = { id: 'string', size: 'string', received_at: 'Date' };
  for (const stated of [{ id: 'string' }, { ...answered, kind: 'string' }, { ...answered, size: 'number' }]) {
    const columns = new Map(Object.entries(stated) as [string, ColumnType][]);
    expect(await answeredKinds({ text, columns })).toEqual(answered);
    expect(stated).not.toEqual(answered);
  }
});
