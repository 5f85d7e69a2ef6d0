// What the kernel has counted for the server's processes, for this one, and for the whole machine.

import { readFileSync, readdirSync } from "node:fs"

const TICKS_PER_SECOND = 100

function statOf(pid) {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, "utf8")
    const fields = text.slice(text.lastIndexOf(")") + 2).split(" ").map(Number)
    // User and system time, its own and that of children which have ended.
    return { parent: fields[1], ticks: fields[11] + fields[12] + fields[13] + fields[14] }
  } catch {
    return null
  }
}

/** The process and all that it started. */
function familyOf(pid) {
  const parents = readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .map((name) => [Number(name), statOf(name)?.parent])
  const family = [pid]
  for (const member of family) family.push(...parents.filter(([, parent]) => parent === member).map(([child]) => child))
  return family
}

/** Seconds of processor time that the server has used so far. */
function secondsOf(pid) {
  return familyOf(pid).reduce((sum, member) => sum + (statOf(member)?.ticks ?? 0), 0) / TICKS_PER_SECOND
}

/** Megabytes that the server holds. */
export function memoryOf(pid) {
  const resident = (member) => {
    try {
      return Number(readFileSync(`/proc/${member}/status`, "utf8").match(/VmRSS:\s+(\d+)/)?.[1] ?? 0)
    } catch {
      return 0
    }
  }
  return familyOf(pid).reduce((sum, member) => sum + resident(member), 0) / 1024
}

/** Seconds of processor time that anybody has used: user, nice, system and interrupts. */
function machineSeconds() {
  const [user, nice, system, , , irq, softirq] = readFileSync("/proc/stat", "utf8").match(/^cpu +(.*)$/m)[1].split(" ").map(Number)
  return (user + nice + system + irq + softirq) / TICKS_PER_SECOND
}

/** From `new Stretch(pid)` to `end()`: who used the processors. */
export class Stretch {
  #pid
  #begun = performance.now()
  #server
  #own = process.cpuUsage()
  #machine = machineSeconds()
  #loop = performance.eventLoopUtilization()

  constructor(pid) {
    this.#pid = pid
    this.#server = secondsOf(pid)
  }

  end() {
    const seconds = (performance.now() - this.#begun) / 1000
    const server = secondsOf(this.#pid) - this.#server
    const { user, system } = process.cpuUsage(this.#own)
    const own = (user + system) / 1e6
    return {
      seconds,
      server_cpu_s: server,
      /** Of one core, by others than server and generator. */
      foreign_share: Math.max(0, machineSeconds() - this.#machine - server - own) / seconds,
      /** Of the time that the generator's loop had something to do: near 1, latencies are its own. */
      generator_busy: performance.eventLoopUtilization(this.#loop).utilization,
    }
  }
}
