import { describe, expect, test } from 'vitest';
import { checkedBySchema, type OpenApiSchema } from '../../../lib/stacks/model-platform/open-api';

const check = (schema: OpenApiSchema, value: unknown) => checkedBySchema('demo', 'spec', schema, value);

const quantity: OpenApiSchema = {
  'x-kubernetes-int-or-string': true,
  minimum: 1,
  multipleOf: 2,
  pattern: '^[0-9]+Mi$',
};

describe('a value that a schema accepts', () => {
  test('gets the defaults of the objects that are there, at every depth', () => {
    const schema: OpenApiSchema = {
      type: 'object',
      properties: {
        replicas: { type: 'integer', default: 1 },
        scaling: { type: 'object', properties: { enabled: { type: 'boolean', default: false } } },
      },
    };
    expect(check(schema, {})).toEqual({ replicas: 1 });
    expect(check(schema, { replicas: 2, scaling: {} })).toEqual({ replicas: 2, scaling: { enabled: false } });
  });

  test('is an integer or a string, each with the checks of its type', () => {
    expect(check(quantity, 2)).toBe(2);
    expect(check(quantity, '3Mi')).toBe('3Mi');
  });
});

describe('a value that a schema refuses', () => {
  const object: OpenApiSchema = { type: 'object', required: ['name'], properties: { name: { type: 'string' } } };

  test.each<[string, OpenApiSchema, unknown, string]>([
    ['a list for an object', object, [], "'spec' must be of type object, got []"],
    ['null for an object', object, null, "'spec' must be of type object, got null"],
    ['a missing field', object, {}, "'spec.name' must be given, got undefined"],
    ['an unknown field', object, { name: 'a', nmae: 'b' }, "'spec' must have no other fields than name, got 'nmae'"],
    ['a wrong field', object, { name: 1 }, "'spec.name' must be of type string, got 1"],
    ['a number for a boolean', { type: 'boolean' }, 1, "'spec' must be of type boolean, got 1"],
    ['a fraction for an integer', { type: 'integer' }, 0.5, "'spec' must be of type integer, got 0.5"],
    ['a fraction for an integer or a string', quantity, 0.5, "'spec' must be an integer or a string, got 0.5"],
    ['too little', quantity, 0, "'spec' must be at least 1, got 0"],
    ['too much', { type: 'integer', maximum: 3 }, 4, "'spec' must be at most 3, got 4"],
    ['an odd number', quantity, 3, "'spec' must be a multiple of 2, got 3"],
    ['text of another form', quantity, '3Gi', "'spec' must match ^[0-9]+Mi$, got '3Gi'"],
    ['short text', { type: 'string', minLength: 2 }, 'a', "'spec' must have at least 2 characters, got 'a'"],
    ['long text', { type: 'string', maxLength: 2 }, 'abc', "'spec' must have at most 2 characters, got 'abc'"],
    ['another word', { type: 'string', enum: ['a', 'b'] }, 'c', "'spec' must be one of 'a', 'b', got 'c'"],
  ])('fails for %s', (_, schema, value, message) => {
    expect(() => check(schema, value)).toThrow(expect.objectContaining({ message: `demo: ${message}` }));
  });

  test('fails for a schema that says more than is checked here', () => {
    const schema = { type: 'string', format: 'date-time' } as OpenApiSchema;
    expect(() => check(schema, 'now')).toThrow("demo: 'schema of spec' must have the keywords description type");
  });
});
