import { Size } from 'cdk8s';
import { Cpu } from 'cdk8s-plus-28';
import type { ContainerProps } from '../../kube/containers';
import { images } from '../../versions';

/**
 * A container beside a server that holds a promoted model: it reads the pointer to the model every 15 s and has the
 * server load the model when the pointer has changed. Each replica sees each promotion so; members of a consumer group
 * would each see some of them.
 * @param pointer - URL of the pointer
 * @param reload - URL on this pod that makes the server load what the pointer names
 */
export function promotionWatch(pointer: string, reload: string): ContainerProps {
  return {
    name: 'promotion-watch',
    // An image with curl and a shell.
    image: images.minio,
    command: ['/bin/sh', '-euc', PROMOTION_SCRIPT],
    env: { POINTER_URL: pointer, RELOAD_URL: reload },
    resources: {
      requests: { cpu: Cpu.millis(10), memory: Size.mebibytes(16) },
      limits: { cpu: Cpu.millis(100), memory: Size.mebibytes(64) },
    },
  };
}

/** POSIX sh. What could not be loaded is tried again; before the first promotion there is no pointer. */
export const PROMOTION_SCRIPT = `trap 'exit 0' TERM
loaded=
while :; do
  if pointer=$(curl --silent --fail --max-time 10 "$POINTER_URL") && [ "$pointer" != "$loaded" ]; then
    if curl --silent --show-error --fail --max-time 120 --output /dev/null --request POST "$RELOAD_URL"; then
      loaded=$pointer
      echo "loaded the model that was promoted"
    fi
  fi
  sleep "\${PAUSE:-15}" &
  wait $!
done
`;
