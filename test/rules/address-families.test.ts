import { object } from '../support/manifests';
import { describeRule, eachObject, leaves, world } from '../support/rules';

/** What a program listens at or connects to, in one family alone. */
const ONE_FAMILY = /(?<!\d)0\.0\.0\.0|127\.0\.0\.1|\bbind \*:\d+\n|type: A\n(?![\s\S]*type: AAAA)/;

/** Names that clients may ask for, and a block of addresses that stands beside that of the other family. */
const MEANT = /^(localhost,localhost:\*,127\.0\.0\.1,.*|0\.0\.0\.0\/0)$/;

const rule = eachObject((manifest) => {
  const texts = leaves(manifest).filter(({ value }) => typeof value === 'string') as { path: string; value: string }[];
  const blocks = texts.filter(({ path }) => path.endsWith('/ipBlock/cidr')).map(({ value }) => value);
  return [
    ...texts
      .filter(({ value }) => ONE_FAMILY.test(`${value}\n`) && !MEANT.test(value))
      .map(({ path, value }) => `${path} is for one family: ${ONE_FAMILY.exec(`${value}\n`)?.[0].trim()}`),
    ...(blocks.includes('0.0.0.0/0') && !blocks.includes('::/0') ? ['its blocks have no ::/0'] : []),
  ];
});

const container = (command: readonly string[]) => object('Pod', 'a', { spec: { containers: [{ command }] } });
const block = (...cidrs: string[]) =>
  object('NetworkPolicy', 'a', { spec: { egress: [{ to: cidrs.map((cidr) => ({ ipBlock: { cidr } })) }] } });
const config = (text: string) => object('ConfigMap', 'a', { data: { file: text } });

describeRule('no address family is spelled out: a cluster has IPv4, IPv6 or both', rule, {
  good: [
    world([
      container(['server', '--host=', '--host=::']),
      block('0.0.0.0/0', '::/0'),
      config('bind *:80,:::80 v6only\n'),
      config('- type: A\n- type: AAAA\n'),
    ]),
  ],
  bad: [
    [world([container(['--host', '0.0.0.0'])]), 'Pod a: /spec/containers/0/command/1 is for one family: 0.0.0.0'],
    [world([container(['127.0.0.1:80'])]), 'Pod a: /spec/containers/0/command/0 is for one family: 127.0.0.1'],
    [world([block('0.0.0.0/0')]), 'NetworkPolicy a: its blocks have no ::/0'],
    [world([config('bind *:80\n')]), 'ConfigMap a: /data/file is for one family: bind *:80'],
    [world([config('- type: A\n')]), 'ConfigMap a: /data/file is for one family: type: A'],
  ],
});
