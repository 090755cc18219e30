/** Installs what Spark needs, before anything is measured by a clock. */
import { projectSpark } from '../../platform/local/spark/projectSpark.ts';

await projectSpark((text) => console.log(text));
