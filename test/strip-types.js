import { transformSync } from 'amaro';

/** Jest's transform: the same type stripping as Node does at run time. */
export default {
  process: (source) => ({
    code: transformSync(source, { mode: 'strip-only' }).code,
  }),
};
