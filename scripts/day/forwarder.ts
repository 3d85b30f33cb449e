import { spawn } from 'node:child_process';
import { closeSync, mkdirSync, openSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { FORWARDS, type Forward, PID } from './forwards';

/**
 * A process of its own, which forwards ports until it is stopped: `forwarder.ts <folder>`. `kubectl port-forward` ends
 * when the pod behind it does, so each is started again.
 */
const [, , folder = '.'] = process.argv;
const PAUSE_MS = 1000;
const forwards: readonly Forward[] = JSON.parse(readFileSync(join(folder, FORWARDS), 'utf8'));

// First of all, so that nothing is started that could not be stopped.
writeFileSync(join(folder, PID), String(process.pid));
mkdirSync(join(folder, 'logs'), { recursive: true });
process.once('SIGTERM', () => process.exit());
for (const { name, command } of forwards) forward(join(folder, 'logs', `${name}.log`), command);
setInterval(() => {
  if (!isMine()) process.kill(-process.pid, 'SIGTERM');
}, 2000);

function forward(logFile: string, [program, ...args]: Forward['command']): void {
  const log = openSync(logFile, 'w');
  const child = spawn(program, args, { stdio: ['ignore', log, log] });
  closeSync(log);
  child.once('error', ({ message }) => writeFileSync(logFile, message));
  child.once('close', () => setTimeout(() => forward(logFile, [program, ...args]), PAUSE_MS));
}

/** Whether nobody has deleted the folder or started another one. */
function isMine(): boolean {
  try {
    return readFileSync(join(folder, PID), 'utf8') === String(process.pid);
  } catch {
    return false;
  }
}
