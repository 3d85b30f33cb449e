import type { DatabaseProps } from '../../../lib/components/data/database';

/** The databases of fAIr. */
export const fair: readonly DatabaseProps[] = [
  { name: 'zenml', owner: 'zenml' },
  { name: 'fair_models', owner: 'fair_models', extensions: ['postgis', 'btree_gist', 'unaccent'], pgstac: true },
  { name: 'mlflow', owner: 'mlflow' },
];

/** What their owners log in with: as hard to quote as a password can be. */
export const fairPasswords = {
  zenml: 'zenml\'s "password" \\ $HOME `id` %I',
  fair_models: ":'password' 🐘 & more",
  mlflow: 'mlflow password = line one\nline two',
};
