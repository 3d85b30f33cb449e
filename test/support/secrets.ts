import {
  constants,
  createCipheriv,
  createDecipheriv,
  generateKeyPairSync,
  privateDecrypt,
  publicEncrypt,
  randomBytes,
} from 'node:crypto';
import { SecretRef, type SecretSpec } from '../../lib/kube/secrets/secrets';

/** A Secret with a key of every kind. */
export const everyKind: SecretSpec = {
  name: 'app',
  readers: ['server', 'job'],
  type: 'kubernetes.io/basic-auth',
  labels: { 'cnpg.io/reload': 'true' },
  keys: {
    username: { meaning: 'user', value: "it's {{ .me }} & $HOME" },
    password: { meaning: 'password of the user', from: { random: 24 } },
    token: { meaning: 'token of the registry', format: '40 characters' },
    'tls.crt': { meaning: 'certificate', from: { file: 'tls.crt' } },
    access: { meaning: 'access key', from: { sameAs: new SecretRef('root').key('accessKey'), namespace: 'other' } },
  },
};

const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
const OAEP = { padding: constants.RSA_PKCS1_OAEP_PADDING, oaepHash: 'sha256' } as const;
const NONCE = Buffer.alloc(12);

/** What `kubeseal --raw` prints: the value under a session key, and that under the key of the controller. */
export function seal(value: string, label: string): string {
  const session = randomBytes(32);
  const rsa = publicEncrypt({ key: publicKey, ...OAEP, oaepLabel: Buffer.from(label) }, session);
  const length = Buffer.alloc(2);
  length.writeUInt16BE(rsa.length);
  const cipher = createCipheriv('aes-256-gcm', session, NONCE);
  return Buffer.concat([length, rsa, cipher.update(value), cipher.final(), cipher.getAuthTag()]).toString('base64');
}

/** What the controller makes of it. */
export function unseal(sealed: string, label: string): string {
  const bytes = Buffer.from(sealed, 'base64');
  const end = 2 + bytes.readUInt16BE();
  const session = privateDecrypt({ key: privateKey, ...OAEP, oaepLabel: Buffer.from(label) }, bytes.subarray(2, end));
  const decipher = createDecipheriv('aes-256-gcm', session, NONCE).setAuthTag(bytes.subarray(-16));
  return Buffer.concat([decipher.update(bytes.subarray(end, -16)), decipher.final()]).toString();
}
