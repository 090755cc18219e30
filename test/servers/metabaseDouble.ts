import { startMetabase } from './metabase.ts';

// The double of the tests, to try `tributary metabase apply` on: it keeps what
// is applied in memory, and draws nothing.

const [port = '3000'] = process.argv.slice(2);
const { url } = await startMetabase(Number(port));
console.log(`${url} answers as a Metabase does, until Ctrl-C`);
