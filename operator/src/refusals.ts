import type { Manifest } from '../../lib/kube/objects/serialization';
import { ApiError } from './api';
import { KIND } from './caches';
import type { Problem } from './status';

/** Why an object of the right name is left alone. */
export function notOurs(kind: string, name: string, owner: Manifest | undefined, { metadata }: Manifest): Problem {
  if (owner?.kind === KIND && owner.name === metadata.name) {
    return { reason: 'PredecessorEnds', message: `${kind} ${name} of a deleted ${KIND} of this name is still there` };
  }
  const whose = owner ? `belongs to ${owner.kind} ${owner.name}` : `was not made by this operator`;
  const message = `${kind} ${name} ${whose} and is left alone; delete it, or give the ${KIND} another name`;
  return { reason: 'NameTaken', message };
}

/** What the API server has against an object, in words; undefined where trying again may help. */
export function refusalOf(error: unknown): Problem | undefined {
  if (!(error instanceof ApiError) || ![400, 403, 413, 422].includes(error.status)) return undefined;
  const reason = /exceeded quota/.test(error.message) ? 'QuotaExceeded' : 'ApplyRefused';
  return { reason, message: `the API server refuses it: ${error.message}` };
}
