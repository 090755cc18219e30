import { failAndGoOn } from './failAndGoOn.ts';
import { killAndGoOn, type Scene } from './killAndGoOn.ts';
import { openLakes } from './lakes.ts';
import { boundaryMoments, type Moment, operationMoments } from './moments.ts';
import { firstRun, rollBack, runAfterKill, runAgain } from './scenes.ts';
import { type Attempt, tryAll } from './tryAll.ts';

/**
 * Every kill and every failure of every scene: `npm run test:faults:every`. Words
 * after it choose the scenes whose name has them.
 */
const words = process.argv.slice(2).join(' ');
const lakes = await openLakes();

const killsAt = (scene: Scene, moments: readonly Moment[]): Attempt[] =>
  moments.map(({ name, kill }) => ({
    name: `killed ${name}`,
    problems: () => killAndGoOn(lakes, scene, kill),
  }));

const kills = (scene: Scene, ...whens: ('before' | 'amid' | 'after')[]) =>
  killsAt(scene, [
    ...boundaryMoments(scene.report),
    ...whens.flatMap((when) => operationMoments(scene.report, when)),
  ]);

/** What an earlier kill left is closed in the plan and in the publish. */
const killsWhileClosing = (scene: Scene) =>
  killsAt(
    scene,
    ['plan', 'publish'].flatMap((step) =>
      operationMoments(scene.report, 'before', step),
    ),
  );

const failures = (scene: Scene) =>
  scene.report.operations.map(
    ({ number, step, name, file }): Attempt => ({
      name: `the disk fails at ${number} (${step}: ${name} ${file})`,
      problems: () => failAndGoOn(lakes, scene, (is) => is.number === number),
    }),
  );

const attemptsOf = async (): Promise<[Scene, Attempt[]][]> => {
  const again = await runAgain(lakes);
  const first = await firstRun(lakes);
  const back = await rollBack(lakes);
  const recovering = [
    await runAfterKill(lakes, 'before'),
    await runAfterKill(lakes, 'after'),
  ];
  return [
    [again, [...kills(again, 'before', 'amid', 'after'), ...failures(again)]],
    [first, [...kills(first, 'before'), ...failures(first)]],
    [back, [...kills(back, 'before', 'amid'), ...failures(back)]],
    ...recovering.map((scene): [Scene, Attempt[]] => [
      scene,
      killsWhileClosing(scene),
    ]),
  ];
};

let passed = 0;
let failed = 0;
try {
  for (const [scene, attempts] of await attemptsOf()) {
    if (!scene.name.includes(words)) continue;
    console.log(`${scene.name}: ${attempts.length} attempts`);
    await tryAll(attempts, ({ name, problems }) => {
      if (problems.length === 0) passed++;
      else {
        failed++;
        console.log(`FAILED ${scene.name}, ${name}`);
        for (const problem of problems) console.log(`  ${problem}`);
      }
    });
  }
} finally {
  await lakes.remove();
}
console.log(`${passed} passed, ${failed} failed`);
process.exitCode = failed === 0 ? 0 : 1;
