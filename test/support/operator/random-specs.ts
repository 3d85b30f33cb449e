import fc from 'fast-check';

/** Specs of ModelDeployments, as users write them. */
export const randomSpec = fc
  .record(
    {
      modelVersion: fc.integer({ min: 1, max: 999 }),
      replicas: fc.integer({ min: 1, max: 4 }),
      environment: fc.constantFrom('development', 'staging', 'production'),
      cpu: fc.constantFrom('100m', '0.5', 1),
      memory: fc.constantFrom('64Mi', '1024Mi', 134_217_728),
      scale: fc.option(fc.tuple(fc.integer({ min: 1, max: 3 }), fc.integer({ min: 0, max: 3 }), fc.boolean())),
    },
    { requiredKeys: ['modelVersion', 'replicas', 'environment', 'scale'] },
  )
  .map(({ cpu, memory, scale, ...spec }) => ({
    ...spec,
    resources: { requests: { cpu, memory } },
    // All fields, so that a merge patch takes back what the spec before had.
    autoscaling: {
      enabled: scale?.[2] ?? false,
      minReplicas: scale?.[0] ?? 1,
      maxReplicas: (scale?.[0] ?? 1) + (scale?.[1] ?? 0),
    },
  }));
