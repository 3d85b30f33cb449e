import { spawnSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { PIPELINE_LOCUSTFILE, POINTER_URL } from '../../../../lib/stacks/flts/programs/locustfile';
import { findProgram } from '../../../platform/releases/programs';

describe('the locustfile of the pipeline', () => {
  const python = findProgram('python3');
  it.skipIf(python === undefined && process.env.CI !== 'true')('is read by Python (if there is one)', () => {
    const script = 'import sys; compile(sys.stdin.read(), "locustfile.py", "exec")';
    const { stderr, status } = spawnSync(python ?? 'python3', ['-c', script], { input: PIPELINE_LOCUSTFILE });
    expect(String(stderr)).toBe('');
    expect(status).toBe(0);
  });

  it('reads nothing of its environment but where the pointer is', () => {
    expect(PIPELINE_LOCUSTFILE.match(/environ\S+/g)).toEqual([`environ.get("${POINTER_URL}")`]);
  });
});
