import { expect, it } from 'vitest';
import { findCredentials } from '../../../lib/kube/credentials/scan';
import { CREDENTIALS } from './credentials';
import { HARMLESS } from './harmless';

const found = (document: unknown) => findCredentials(document).map(({ path, what }) => `${path}: ${what}`);

it.each(HARMLESS)('finds nothing in %s', (_, document) => {
  expect(found(document)).toEqual([]);
});

it.each(CREDENTIALS)('finds %s', (_, document) => {
  expect(found(document)).not.toEqual([]);
});
