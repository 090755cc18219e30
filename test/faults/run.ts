import type { Scene } from './killAndGoOn.ts';
import { openLakes } from './lakes.ts';
import { boundaryMoments, type Moment, operationMoments } from './moments.ts';
import { firstRun, rollBack, runAfterKill, runAgain } from './scenes.ts';
import { tryAll } from './tryAll.ts';

/** Kills at every moment of every scene: `npm run test:faults`. */
const MOMENTS: readonly ((report: Scene['report']) => Moment[])[] = [
  boundaryMoments,
  (report) => operationMoments(report, 'before'),
  (report) => operationMoments(report, 'amid'),
  (report) => operationMoments(report, 'after'),
];

const lakes = await openLakes();
let passed = 0;
let failed = 0;
try {
  const scenes = [
    await runAgain(lakes),
    await firstRun(lakes),
    await rollBack(lakes),
    await runAfterKill(lakes, 'before'),
    await runAfterKill(lakes, 'after'),
  ];
  for (const scene of scenes) {
    const moments = MOMENTS.flatMap((of) => of(scene.report));
    console.log(`${scene.name}: ${moments.length} kills`);
    await tryAll(lakes, scene, moments, ({ name, problems }) => {
      if (problems.length === 0) passed++;
      else {
        failed++;
        console.log(`FAILED ${name}\n  ${problems.join('\n  ')}`);
      }
    });
  }
} finally {
  await lakes.remove();
}
console.log(`${passed} passed, ${failed} failed`);
process.exitCode = failed === 0 ? 0 : 1;
