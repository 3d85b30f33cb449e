// Compiles only where the types of the package are there and are not `any`.
import type { MinioProps, PostgresProps } from '../../lib';

// @ts-expect-error a Secret is named by SecretRef, not by a string
export const password: PostgresProps['superuser'] = { username: 'admin', password: 'postgres-admin' };

// @ts-expect-error a size has a unit
export const storage: MinioProps['storage'] = 5;

// @ts-expect-error there is no such property
export const typo: Partial<MinioProps> = { bucket: ['items'] };
