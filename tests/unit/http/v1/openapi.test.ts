import { describe, expect, test } from '@jest/globals';
import { z } from 'zod';
import { AUTHORITY } from '../../../../src/http/v1/authority.ts';
import { openApiDocument } from '../../../../src/http/v1/openapi.ts';
import { OPERATIONS } from '../../../../src/http/v1/operations.ts';

/** The parts of OpenAPI 3.1 that a document of ours must have, as far as a generator of clients cares. */
const Reference = z.object({ $ref: z.string().regex(/^#\/components\/schemas\/\w+$/) });
const Content = z.record(z.string(), z.object({ schema: z.union([Reference, z.looseObject({ type: z.string() })]) }));
const Response = z.object({ description: z.string().min(1), content: Content });
const OperationObject = z.looseObject({
  operationId: z.string(),
  summary: z.string().min(1),
  security: z.array(z.record(z.string(), z.array(z.string()))),
  parameters: z
    .array(z.looseObject({ name: z.string(), in: z.enum(['path', 'query', 'header']), schema: z.looseObject({}) }))
    .optional(),
  requestBody: z.object({ required: z.literal(true), content: Content }).optional(),
  responses: z.record(z.string().regex(/^(?:default|[1-5]\d\d)$/), Response),
});
const Document = z.object({
  openapi: z.string().regex(/^3\.1\.\d$/),
  info: z.object({ title: z.string(), version: z.string(), description: z.string() }),
  servers: z.array(z.object({ url: z.url() })),
  paths: z.record(z.string().startsWith('/'), z.record(z.enum(['get', 'post']), OperationObject.optional())),
  components: z.looseObject({
    schemas: z.record(z.string(), z.looseObject({})),
    securitySchemes: z.looseObject({ oauth: z.looseObject({}) }),
  }),
});

const text = JSON.stringify(openApiDocument('https://gateway.test', '1.2.3'));
const document = Document.parse(JSON.parse(text));
const operations = Object.entries(document.paths).flatMap(([path, methods]) =>
  Object.entries(methods).flatMap(([method, operation]) =>
    operation === undefined ? [] : [{ path, method, ...operation }],
  ),
);

describe('the document', () => {
  test('has every operation, once, where it is served', () => {
    expect(operations.map(({ operationId, path, method }) => `${operationId} ${method} ${path}`).sort()).toEqual(
      Object.values(OPERATIONS)
        .map(({ spec }) => `${spec.id} ${spec.method} ${spec.path}`)
        .sort(),
    );
  });

  test('names each operation as the table does, and each has its row of authority', () => {
    expect(Object.keys(AUTHORITY).sort()).toEqual(Object.keys(OPERATIONS).sort());
    for (const [id, { spec, access }] of Object.entries(OPERATIONS)) {
      expect(spec.id).toBe(id);
      expect(new Map(Object.entries(AUTHORITY)).get(id) === 'public').toBe(access === 'public');
    }
  });

  test('refers only to schemas it has', () => {
    for (const [, name] of text.matchAll(/"#\/components\/schemas\/(\w+)"/g))
      expect(Object.keys(document.components.schemas)).toContain(name);
  });

  test.each(operations)('$operationId declares its path parameters and its problem', (operation) => {
    const named = [...operation.path.matchAll(/\{(\w+)\}/g)].map((match) => match[1]);
    const declared = (operation.parameters ?? [])
      .filter((parameter) => parameter.in === 'path')
      .map(({ name }) => name);
    expect(declared).toEqual(named);
    expect(operation.responses['default']?.content).toHaveProperty(
      ['application/problem+json', 'schema', '$ref'],
      '#/components/schemas/Problem',
    );
  });

  test('answers with named schemas wherever there is JSON', () => {
    for (const { operationId, responses } of operations) {
      if (operationId === 'getOpenApi') continue;
      for (const response of Object.values(responses)) {
        const json = response.content['application/json'];
        if (json !== undefined) expect(json.schema).toHaveProperty('$ref');
      }
    }
  });
});
