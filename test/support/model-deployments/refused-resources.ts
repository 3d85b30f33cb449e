import { cpu, limits, memory, requests } from './specs';
import { type BadCase, bad, field, pattern } from './verdicts';

const CPU = '^([1-9][0-9]{0,6}m?|[1-9][0-9]{0,3}\\.[0-9]{1,3}|0\\.([1-9][0-9]{0,2}|0[1-9][0-9]?|00[1-9]))$';
const MEMORY = '^[1-9][0-9]{0,11}(Ki|Mi|Gi|Ti)$';
const REQUEST_CPU = 'resources.requests.cpu';
const REQUEST_MEMORY = 'resources.requests.memory';

const above = (title: string, what: 'cpu' | 'memory', changes: object, got: string): BadCase =>
  bad(
    title,
    changes,
    `'spec.resources.requests.${what}' must be at most limits.${what}, got '${got}'`,
    `requests.${what} must be at most limits.${what}`,
  );

/** ModelDeployments that are bad in the cores and the memory of a pod. */
export const BAD_RESOURCES: readonly BadCase[] = [
  field(
    'resources as text',
    'resources',
    { resources: '1Gi' },
    'be of type object',
    "'1Gi'",
    'Invalid value: "string"',
  ),
  pattern('cores with a unit of memory', REQUEST_CPU, requests('1Gi'), CPU, '1Gi'),
  pattern('no cores in words', REQUEST_CPU, requests('0'), CPU, '0'),
  pattern('no cores with decimals', REQUEST_CPU, requests('0.000'), CPU, '0.000'),
  pattern('less than a thousandth of a core', REQUEST_CPU, requests('0.0005'), CPU, '0.0005'),
  pattern('cores below 0', REQUEST_CPU, requests('-1'), CPU, '-1'),
  field('no cores', REQUEST_CPU, requests(0), 'be at least 1', '0', 'Invalid value: 0'),
  field(
    'cores as a fraction without quotes',
    REQUEST_CPU,
    requests(0.5),
    'be an integer or a string',
    '0.5',
    'Invalid value: "number"',
  ),
  pattern('memory without a unit, in quotes', REQUEST_MEMORY, requests(undefined, '512'), MEMORY, '512'),
  pattern('memory in powers of ten', REQUEST_MEMORY, requests(undefined, '512M'), MEMORY, '512M'),
  pattern('memory with decimals', REQUEST_MEMORY, requests(undefined, '1.5Gi'), MEMORY, '1.5Gi'),
  pattern('memory in thousandths of a byte', REQUEST_MEMORY, requests(undefined, '512m'), MEMORY, '512m'),
  field(
    'bytes that are no whole number of Ki',
    REQUEST_MEMORY,
    requests(undefined, 1500),
    'be a multiple of 1024',
    '1500',
    'Invalid value: 1500',
  ),
  field(
    'a memory of 512 bytes',
    REQUEST_MEMORY,
    requests(undefined, 512),
    'be at least 1024',
    '512',
    'Invalid value: 512',
  ),
  pattern('a limit of no cores', 'resources.limits.cpu', limits('0m'), CPU, '0m'),
  pattern('a limit of no memory', 'resources.limits.memory', limits(undefined, '0Mi'), MEMORY, '0Mi'),
  above('a request of more cores than the limit', 'cpu', cpu('600m', '0.5'), '600m'),
  above('a request of one core in two forms, the limit just below', 'cpu', cpu(1, '0.999'), '1'),
  above('a request of more memory than the limit', 'memory', memory('1Gi', '512Mi'), '1Gi'),
  above('a request of one Ki more than the limit', 'memory', memory('1Gi', 1_073_740_800), '1Gi'),
];
