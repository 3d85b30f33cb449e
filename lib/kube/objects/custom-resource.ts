import { ApiObject } from 'cdk8s';
import type { Construct } from 'constructs';
import { requireUniqueNames } from './inventory';
import type { Labels } from './labels';
import { requireDnsSubdomain, requireLabels } from './names';

/** An object of an operator's own kind. */
export interface CustomResource<Spec extends object> {
  /** `group/version`. */
  readonly apiVersion: string;
  readonly kind: string;
  readonly name: string;
  /** Beside those of the stack. @default - none */
  readonly labels?: Labels;
  readonly spec: Spec;
}

/** Writes an object of an operator's own kind; `Spec` lists the fields that this project sets, so that no other passes. */
export function customResource<Spec extends object>(
  scope: Construct,
  id: string,
  { apiVersion, kind, name, labels, spec }: CustomResource<Spec>,
): ApiObject {
  requireDnsSubdomain(scope, 'name', name);
  if (labels !== undefined) requireLabels(scope, 'labels', labels);
  requireUniqueNames(scope);
  return new ApiObject(scope, id, { apiVersion, kind, metadata: { name, labels: labels && { ...labels } }, spec });
}
