// A server of one CSV file of about 1 GB, made of one block of rows, again and
// again. In plain JavaScript, a process of its own, and the same for both
// sides. It says where it listens, and ends with its parent.
//   node bench/live/largeFile.js [bytes]
import { createServer } from 'node:http';

const BYTES = Number(process.argv[2] ?? 1e9);
const BLOCK_ROWS = 8192;
const HEADER = 'id,name,street,city,amount,noted_on\n';

const row = (i) => {
  const id = String(i).padStart(9, '0');
  const name = `"Customer, no. ${id}"`;
  const noted = `2024-0${1 + (i % 9)}-1${i % 10}`;
  return `${id},${name},${i % 977} Long Street,Springfield,${i % 9973}.50,${noted}\n`;
};

const block = Buffer.from(
  Array.from({ length: BLOCK_ROWS }, (_, i) => row(i)).join(''),
);
const blocks = Math.max(1, Math.round((BYTES - HEADER.length) / block.length));
const length = HEADER.length + blocks * block.length;

const server = createServer((_, response) => {
  response.writeHead(200, {
    'content-type': 'text/csv',
    'content-length': length,
    etag: '"large"',
  });
  response.write(HEADER);
  let sent = 0;
  const send = () => {
    while (sent++ < blocks)
      if (!response.write(block)) return response.once('drain', send);
    return response.end();
  };
  send();
});
server.listen(0, '127.0.0.1', () => {
  const { port } = server.address();
  process.stdout.write(
    `${JSON.stringify({ port, bytes: length, records: blocks * BLOCK_ROWS })}\n`,
  );
});
process.stdin.on('end', () => process.exit()).resume();
