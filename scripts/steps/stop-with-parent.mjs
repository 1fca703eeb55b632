// Loaded before a program that `npm run` starts: when the script that started it is killed, which no signal tells, the
// program is asked to stop as by Ctrl-C.
if (process.connected) {
  process.once('disconnect', () => process.kill(process.pid, 'SIGTERM'));
  process.channel.unref();
}
