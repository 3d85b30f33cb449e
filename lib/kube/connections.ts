import type { SecretKey } from './secrets';

/** How a client reaches one database, whatever serves it. */
export interface DatabaseConnection {
  /** DNS name of the server, as seen from any namespace of the cluster. */
  readonly host: string;
  readonly port: number;
  readonly database: string;
  /** The login role that owns the database. */
  readonly username: string;
  /** Where the password of {@link username} is, in the namespace of the client. */
  readonly password: SecretKey;
}

/** How a client reaches one bucket, whatever serves it. */
export interface BucketConnection {
  readonly bucket: string;
  /**
   * URL of an S3-compatible server.
   * @default - AWS S3 itself
   */
  readonly endpoint?: string;
  /**
   * AWS region.
   * @default - the client's own
   */
  readonly region?: string;
  /**
   * Where the access key is.
   * @default - the client's identity on the node or ServiceAccount opens the bucket
   */
  readonly credentials?: BucketCredentials;
}

/** The two halves of an S3 access key. */
export interface BucketCredentials {
  readonly accessKeyId: SecretKey;
  readonly secretAccessKey: SecretKey;
}

/** `s3://bucket`. */
export function bucketUri(connection: BucketConnection): string {
  return `s3://${connection.bucket}`;
}

/** How a client reaches an HTTP server inside the cluster. */
export interface HttpConnection {
  /** DNS name of the server, as seen from any namespace of the cluster. */
  readonly host: string;
  readonly port: number;
  /** `http://host:port`. */
  readonly url: string;
}
