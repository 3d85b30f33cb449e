import { afterAll, beforeAll } from 'vitest';
import { ControlPlane } from '../support/control-plane/control-plane';
import { Kubectl } from '../support/control-plane/kubectl';
import { type ApiServerPrograms, findClients } from '../support/control-plane/programs';
import { describeProgram } from '../support/programs';
import { define, type Written } from './stage';

/** Registers checks against an API server of their own, which they get a kubectl for. */
export function onApiServer(
  title: string,
  server: ApiServerPrograms | string,
  written: Written,
  checks: (kubectl: () => Kubectl) => void,
): void {
  describeProgram(allNeeded(server, written), title, (needed) => {
    let plane: ControlPlane | undefined;
    let kubectl: Kubectl | undefined;
    beforeAll(async () => {
      const { programs, clients, definitions } = needed();
      plane = await ControlPlane.apiServer(programs);
      kubectl = new Kubectl(clients.kubectl, plane.kubeconfig);
      await define(kubectl, definitions);
    });
    afterAll(() => plane?.stop());
    checks(() => {
      if (kubectl === undefined) throw new Error('the API server does not run');
      return kubectl;
    });
  });
}

/** @returns the first reason where something is missing */
function allNeeded(programs: ApiServerPrograms | string, { definitions }: Written) {
  const clients = findClients();
  if (typeof programs === 'string') return programs;
  if (typeof clients === 'string') return clients;
  return typeof definitions === 'string' ? definitions : { programs, clients, definitions };
}
