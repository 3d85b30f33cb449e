import { ApiObject } from 'cdk8s';
import type { Construct } from 'constructs';
import { clusterId } from '../../components/data/kafka-broker';
import type { Manifest } from '../../kube/objects/serialization';
import type { ChartRule } from '../../platform/helm-chart/chart-value';
import { objectKey } from '../../platform/helm-chart/objects';
import { RELEASE_NAMESPACE } from '../../platform/helm-chart/synth';

/** What each part of the pipeline is, by its path in the values: names of its workloads. */
export const PARTS: Readonly<Record<string, readonly string[]>> = {
  kafka: ['kafka'],
  minio: ['minio'],
  postgres: ['postgres'],
  mlflow: ['mlflow'],
  gateway: ['fastapi-app'],
  preprocess: ['preprocess'],
  trainers: ['train-gru', 'train-lstm'],
  prophet: ['nonml-prophet'],
  evaluator: ['eval'],
  inference: ['inference'],
  loadBalancer: ['inference-lb'],
  worker: ['inference-worker'],
  prometheus: ['prometheus'],
  grafana: ['grafana'],
  locust: ['locust'],
  locustWorkers: ['locust-worker'],
};

/**
 * The id of the cluster of brokers: 16 bytes of a hash, of which helm has the 32 digits. It writes three digits, which are
 * 12 bits, as two characters.
 */
export const FLTS_CHART_COMPUTED: Readonly<Record<string, string>> = {
  [clusterId(`kafka-headless.${RELEASE_NAMESPACE}.svc`)]: `
{{- $characters := "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_" }}
{{- $digits := printf "%s0" (printf "kafka-headless.%s.svc" .Release.Namespace | sha256sum | trunc 32) }}
{{- $id := "" }}
{{- range $at := untilStep 0 33 3 }}
  {{- $bits := 0 }}
  {{- range substr $at (int (add $at 3)) $digits | splitList "" }}
    {{- $bits = add (mul $bits 16) (splitList . "0123456789abcdef" | first | len) }}
  {{- end }}
  {{- range list (div $bits 64) (mod $bits 64) }}
    {{- $id = printf "%s%s" $id (substr (int .) (int (add1 .)) $characters) }}
  {{- end }}
{{- end }}
{{- regexReplaceAll "^-" $id "A" -}}
`,
};

/** What is checked of the values together. */
export const FLTS_CHART_RULES: readonly ChartRule[] = [
  { value: 'inference.minReplicas', atMost: 'inference.maxReplicas' },
  { value: 'prophet.replicas', atMost: 'trainers.replicas' },
  ...Object.keys(PARTS).flatMap((name) =>
    ['cpu', 'memory'].map((resource): ChartRule => {
      return { value: `${name}.resources.requests.${resource}`, atMost: `${name}.resources.limits.${resource}` };
    }),
  ),
];

/** An object of the stack, with what is written of it. */
export interface Written {
  readonly object: ApiObject;
  readonly manifest: Manifest;
}

/** Each object of some synths of the stack, as the first of them has it. */
export function writtenBy(stacks: readonly Construct[]): readonly Written[] {
  const objects = stacks.flatMap((stack) => stack.node.findAll().filter(ApiObject.isApiObject));
  const all = objects.map((object) => ({ object, manifest: object.toJson() as Manifest }));
  return [...new Map(all.reverse().map((each) => [objectKey(each.manifest), each])).values()].reverse();
}

/** A container, by where it is. */
export interface ContainerField extends Written {
  readonly path: string;
  readonly container: Manifest;
}

/** Path of the spec of a pod in its workload. */
export const POD = '/spec/template/spec';

/** The containers of workloads, init containers among them. */
export function containers(workloads: readonly Written[]): ContainerField[] {
  return workloads.flatMap((workload) =>
    ['containers', 'initContainers'].flatMap((list) =>
      ((workload.manifest.spec.template.spec[list] ?? []) as Manifest[]).map((container, index) => {
        return { ...workload, container, path: `${POD}/${list}/${index}` };
      }),
    ),
  );
}
