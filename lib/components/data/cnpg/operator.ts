/** Namespace of the operator of CloudNativePG. */
export const CNPG_NAMESPACE = 'cnpg-system';

/** The label that the operator gives to all pods of a cluster: instances, and the Jobs that make them. */
export const CNPG_CLUSTER_LABEL = 'cnpg.io/cluster';
