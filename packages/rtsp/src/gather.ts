import type { Socket } from 'node:net'

/**
 * [Note: many packets, one read] A camera sends some 400 packets a second, each on its own. Reading each when it comes costs a wake-up and
 * a system call a packet, which is most of what receiving costs. So after each read a socket rests for a moment, while the kernel
 * gathers what comes; one timer wakes all sockets of the process. What is paid for it is GATHER_MS of delay at most, also in `arrival`.
 * Measured with 20 cameras of 4 Mbit/s: docs/decisions/0050-many-packets-one-read.md.
 */
export const GATHER_MS = 40

type Resumable = Pick<Socket, 'resume'>
const resting = new Set<Resumable>()

function wake(): void {
  const sockets = [...resting]
  resting.clear()
  for (const socket of sockets) socket.resume()
}

/** Reads on after at most GATHER_MS. The caller has paused the socket. */
export function rest(socket: Resumable): void {
  if (resting.size === 0) setTimeout(wake, GATHER_MS)
  resting.add(socket)
}

/** A closed socket need not be woken. */
export function forget(socket: Resumable): void {
  resting.delete(socket)
}
