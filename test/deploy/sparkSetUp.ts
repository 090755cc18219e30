import { existsSync } from 'node:fs';
import { mkdir, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { buildFolder } from '../../platform/local/buildFolder.ts';
import { projectSpark } from '../../platform/local/spark/projectSpark.ts';
import type { SparkHome } from '../../platform/local/spark/setUp.ts';
import { aptInstall, exec, isMissing } from '../athena/exec.ts';
import { ROOT } from '../support/tsc.ts';

const CACHE = join(ROOT, '.cache');
const GET = 'org.apache.maven.plugins:maven-dependency-plugin:3.8.1:get';
const BOTO3 = 'boto3==1.40.74';

/** Spark's own Hadoop is 3.3.4, which asks for this SDK. */
const JARS = [
  'org/apache/hadoop/hadoop-aws/3.3.4/hadoop-aws-3.3.4.jar',
  'com/amazonaws/aws-java-sdk-bundle/1.12.262/aws-java-sdk-bundle-1.12.262.jar',
];

/** Spark, and what a Glue job finds on its machine besides. */
export interface GlueHome extends SparkHome {
  /** Hadoop's file system for S3. */
  readonly jars: readonly string[];
  /** The folder of boto3. */
  readonly boto3: string;
}

const nameOf = (jar: string) => jar.slice(jar.lastIndexOf('/') + 1);

/** From Maven Central, 280 MB. */
const fetchJars = async (temp: string): Promise<string> => {
  const repo = join(temp, 'repo');
  const home = join(temp, 'home');
  await mkdir(home, { recursive: true });
  for (const jar of JARS) {
    const [version = '', artifact = '', ...group] = jar
      .split('/')
      .slice(0, -1)
      .reverse();
    const coordinates = [group.reverse().join('.'), artifact, version].join(
      ':',
    );
    const args = [
      ...['-B', '-q', '-ntp', GET, '-Dtransitive=false'],
      ...[`-Dartifact=${coordinates}`, `-Dmaven.repo.local=${repo}`],
    ];
    await exec('mvn', args).catch(async (error) => {
      if (!isMissing(error)) throw error;
      await aptInstall('maven');
      await exec('mvn', args);
    });
    await rename(join(repo, jar), join(home, nameOf(jar)));
  }
  return home;
};

const once = async (
  name: string,
  build: (temp: string) => Promise<string>,
): Promise<string> => {
  const folder = join(CACHE, name);
  return existsSync(folder) ? folder : buildFolder(CACHE, name, build);
};

/** Installs in `.cache`, once, what Glue has and a laptop has not. */
export const setUpGlue = async (): Promise<GlueHome> => {
  const spark = await projectSpark((text) => console.log(text));
  const jars = await once('hadoop-aws-3.3.4', fetchJars);
  const boto3 = await once('boto3-1.40.74', async (temp) => {
    const home = join(temp, 'home');
    const pip = ['-I', '-m', 'pip', 'install', '-q', '--target', home, BOTO3];
    await exec(spark.python, pip);
    return home;
  });
  return { ...spark, jars: JARS.map((jar) => join(jars, nameOf(jar))), boto3 };
};
