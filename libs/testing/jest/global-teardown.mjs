/** After all tests: stops the server that this run started, if it did. */
export default async function globalTeardown() {
  await globalThis.mcmTestServer?.close();
}
