/**
 * Stands in for `local_host.py` in tests: what it is told it hands on to the test,
 * which listens in the scratch folder, and what the test says it says. Where the
 * test hangs up, it is killed.
 */
import { createWriteStream } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { parseArgs } from 'node:util';

const { values } = parseArgs({
  options: { folder: { type: 'string', default: '' } },
  strict: false,
});
const socket = connect(join(`${values.folder}`, '../../relay.sock'));
process.stdin.pipe(socket);
socket.pipe(createWriteStream('', { fd: 3 }), { end: false });
socket.on('close', () => process.kill(process.pid, 'SIGKILL'));
