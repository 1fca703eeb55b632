/** Something that a person can put right; the message says how. Shown without a stack. */
export class StepFailed extends Error {}

/** Runs `main`, shows a failed step as its sentence, and returns the exit code. */
export async function reportFailure(main) {
  try {
    return await main();
  } catch (error) {
    if (!(error instanceof StepFailed)) throw error;
    console.error(`\n${error.message}`);
    return 1;
  }
}
