/** Versions of the chart whose values are typed here. */
export type ZenmlVersion = '0.93.3' | '0.94.2';

export const ZENML_VERSIONS: readonly ZenmlVersion[] = ['0.93.3', '0.94.2'];

/** Whether a version of the chart can take variables from keys of Secrets: 0.93.3 cannot. */
export function readsSecretKeys(version: ZenmlVersion): boolean {
  return version !== '0.93.3';
}
