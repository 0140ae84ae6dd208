/** Under a supervisor (an IPC channel is open): stop in good order when it dies, so that nothing is left behind. */
export function stopWithSupervisor(): void {
  if (process.channel) process.once('disconnect', () => process.kill(process.pid, 'SIGTERM'));
}
