// Loaded before a measured program (node --import): when it ends, writes what
// it used to the file that BENCH_USAGE names. In plain JavaScript, so that it
// does not load the stripper of types into the measured process.
import { readFileSync, writeFileSync } from 'node:fs';
import { isMainThread } from 'node:worker_threads';

/** Peak resident memory: of this program alone, not of who started it. */
const peakBytes = () => {
  try {
    const status = readFileSync('/proc/self/status', 'utf8');
    const kilobytes = /^VmHWM:\s*(\d+) kB/m.exec(status)?.[1];
    if (kilobytes) return Number(kilobytes) * 1024;
  } catch {
    // Not Linux.
  }
  return process.resourceUsage().maxRSS * 1024;
};

const target = process.env.BENCH_USAGE;
if (target && isMainThread)
  process.on('exit', () => {
    const { user, system } = process.cpuUsage();
    const used = { cpuSeconds: (user + system) / 1e6, peakBytes: peakBytes() };
    writeFileSync(target, JSON.stringify(used));
  });
