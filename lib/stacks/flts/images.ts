import type { PullPolicy } from '../../kube/pods/containers';
import type { PipelineImage } from './programs/pipeline-app';

/** Where the images of the pipeline are: `repository/name:tag`. */
export interface FltsImages {
  /** Registry and path before the names. @default 'flts' */
  readonly repository?: string;
  /** The version of all of them. */
  readonly tag: string;
  /** `Never` for images that are loaded into the nodes. @default 'IfNotPresent' */
  readonly pullPolicy?: PullPolicy;
}

/** One image of the pipeline: without `images`, one that is loaded into the nodes. */
export function fltsImage(
  name: string,
  { repository = 'flts', tag, pullPolicy }: FltsImages = { tag: '1.0.0', pullPolicy: 'Never' },
): PipelineImage {
  return { image: `${repository}/${name}:${tag}`, imagePullPolicy: pullPolicy };
}
