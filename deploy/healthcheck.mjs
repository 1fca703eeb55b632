// Asks the process in this container whether it can work; MANAGEMENT_PORT is where it says so.
try {
  const answer = await fetch(`http://127.0.0.1:${process.env.MANAGEMENT_PORT ?? 9000}/health/ready`, {
    signal: AbortSignal.timeout(3_500),
  });
  if (!answer.ok) {
    console.error(await answer.text());
    process.exitCode = 1;
  }
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
