import { describe, expect, it } from 'vitest';
import { ingress } from '../../../lib/components/edge/ingress';
import { find } from '../../support/synth';
import { envOf } from './programs/samples';
import { containerOf, production, render, small } from './samples';

describe('the stack flts', () => {
  const objects = render(small);

  it('balances all servers that there can be, by whether they hold a model', () => {
    for (const [all, slots] of [
      [objects, 4],
      [render(production), 21],
    ] as const) {
      const config: string = find(all, 'ConfigMap', 'inference-lb-config').data['haproxy.cfg'];
      expect(config).toContain(`pod 1-${slots} inference-lb-servers.flts.svc.cluster.local:8000\n`);
      expect(config).toContain('http-check send meth GET uri /ready ');
      expect(config).toContain('timeout server 65s\n');
      expect(config).toContain('404 unless { path /predict /predict_ping ');
    }
    expect(envOf(containerOf(objects, 'inference-lb'))).toEqual({ STATS_PASSWORD: 'haproxy-stats/password' });
    expect(find(render(production), 'PodDisruptionBudget', 'inference-lb-pdb').spec.maxUnavailable).toBe(1);
  });

  it('leads from the outside to the load balancer, not past it', () => {
    const exposure = { inference: { nodePort: 30080, hostPort: 8480 } };
    const ported = render({ ...small, exposure });
    expect(find(ported, 'Service', 'inference-lb').spec.ports).toEqual([
      { name: 'http', port: 80, targetPort: 'http', nodePort: 30080 },
    ]);
    expect(find(ported, 'Service', 'inference').spec.type).toBe('ClusterIP');
    const routed = render({ ...small, exposure: { inference: ingress({ host: 'api.example.org' }) } });
    expect(find(routed, 'Ingress').spec.rules[0].http.paths[0].backend.service).toEqual({
      name: 'inference-lb',
      port: { number: 80 },
    });
  });

  it('lets a server that goes answer until the load balancer knows, and then end what it has begun', () => {
    const { spec } = find(objects, 'Deployment', 'inference').spec.template;
    expect(spec.containers[0].lifecycle.preStop.exec.command).toEqual(['sleep', '40']);
    expect(spec.terminationGracePeriodSeconds).toBe(105);
  });
});
