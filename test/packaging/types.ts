// Compiles only where the types of the package, behind each of its doors, are there and are not `any`.
import type { MinioProps, PostgresProps } from '../../lib';
import type { AlertRule } from '../../lib/observability';
import type { PlatformConfig } from '../../lib/platform';
import type { FairStack } from '../../lib/stacks/fair';
import type { FltsProfile } from '../../lib/stacks/flts';
import type { InferenceStackProps } from '../../lib/stacks/inference';
import type { ModelDeploymentProps } from '../../lib/stacks/model-platform';
import type { objectOf } from '../../lib/testing';

// @ts-expect-error a Secret is named by SecretRef, not by a string
export const password: PostgresProps['superuser'] = { username: 'admin', password: 'postgres-admin' };

// @ts-expect-error a size has a unit
export const storage: MinioProps['storage'] = 5;

// @ts-expect-error there is no such property
export const typo: Partial<MinioProps> = { bucket: ['items'] };

// @ts-expect-error there is no such property
export const rule: Partial<AlertRule> = { typo: true };

// @ts-expect-error there is no such property
export const config: Partial<PlatformConfig> = { typo: true };

// @ts-expect-error there is no such property
export const stack: Partial<ConstructorParameters<typeof FairStack>[2]> = { typo: true };

// @ts-expect-error there is no such property
export const profile: Partial<FltsProfile> = { typo: true };

// @ts-expect-error there is no such property
export const inference: Partial<InferenceStackProps> = { typo: true };

// @ts-expect-error there is no such property
export const model: Partial<ModelDeploymentProps> = { typo: true };

// @ts-expect-error the kind is a string
export const find: Parameters<typeof objectOf>[1] = 5;
