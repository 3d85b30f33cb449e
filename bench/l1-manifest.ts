// biome-ignore lint/suspicious/noExplicitAny: manifests of any kind
type Manifest = Record<string, any>;

/**
 * A manifest without what an L1 cannot say: of the defaults that the library writes into claim templates, so that a
 * second `kubectl apply` changes nothing, the L1 of a claim knows only some.
 */
export function asL1<T extends Manifest>(manifest: T): T {
  const claims: Manifest[] | undefined = manifest.spec?.volumeClaimTemplates;
  if (claims === undefined) return manifest;
  const volumeClaimTemplates = claims.map(({ metadata, spec }) => ({ metadata, spec }));
  return { ...manifest, spec: { ...manifest.spec, volumeClaimTemplates } };
}
