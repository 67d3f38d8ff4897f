import fs from 'node:fs'
import promises from 'node:fs/promises'
import { syncBuiltinESMExports } from 'node:module'
import { sep } from 'node:path'
import type { Fault, Faults } from './faults.js'

/**
 * What happens to the n-th operation on a file. `EIO`: it fails. `ENOSPC`: it fails, and so does whatever would take room after it,
 * as on a full disk. `short`: it reads or writes half of what was asked for. `corrupt`: one bit of what is read or written turns round.
 */
export type FileMode = 'EIO' | 'ENOSPC' | 'short' | 'corrupt'

type Kind = 'open' | 'create' | 'read' | 'write' | 'sync' | 'close' | 'name' | 'remove' | 'look'

const STRUCK: Readonly<Record<FileMode, readonly Kind[]>> = {
  EIO: ['open', 'create', 'read', 'write', 'sync', 'close', 'name', 'remove', 'look'],
  ENOSPC: ['create', 'write', 'sync', 'name'],
  short: ['read', 'write'],
  corrupt: ['read', 'write'],
}

type Callable = (...args: never[]) => unknown
type Patched = Record<string, Callable>
type Callback = (error: Error | null, ...results: unknown[]) => void

/**
 * Puts itself before every operation that node:fs does on files below `folder`, whoever asks for it, until `restore`. Other files
 * are left alone, so that the test runner can go on.
 */
export async function fileFaults(folder: string, probe: string): Promise<Faults<FileMode>> {
  const root = folder + sep
  const descriptors = new Set<number>()
  let mode: FileMode = 'EIO'
  let at = 0
  let count = 0
  let struck: Fault | null = null
  let full = false

  const own = (subject: unknown): boolean =>
    typeof subject === 'number' ? descriptors.has(subject) : typeof subject === 'string' ? `${subject}${sep}`.startsWith(root) : typeof subject === 'object' && subject !== null && 'fd' in subject && own(subject.fd)

  /** Whether this operation is the one, or comes after a disk is full. */
  const strikes = (subject: unknown, kind: Kind, call: string): boolean => {
    if (at === 0 || !own(subject)) return false
    if (full) return STRUCK.ENOSPC.includes(kind)
    if (!STRUCK[mode].includes(kind)) return false
    count += 1
    if (count !== at) return false
    const path = typeof subject === 'string' ? ` of ${subject.slice(root.length)}` : ''
    struck = { what: `${call}${path}`, removes: kind === 'remove', after: kind === 'close' || kind === 'sync' }
    full = mode === 'ENOSPC'
    return true
  }
  const failure = (syscall: string): Error =>
    mode === 'ENOSPC'
      ? Object.assign(new Error(`ENOSPC: no space left on device, ${syscall}`), { code: 'ENOSPC', errno: -28, syscall })
      : Object.assign(new Error(`EIO: i/o error, ${syscall}`), { code: 'EIO', errno: -5, syscall })
  const fails = (): boolean => mode === 'EIO' || mode === 'ENOSPC'
  const half = (length: number): number => Math.max(1, length >> 1)
  const turn = (bytes: NodeJS.ArrayBufferView, from: number, length: number): void => {
    if (length === 0) return
    const view = new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength)
    const place = from + ((at * 131) % length)
    view[place] = (view[place] ?? 0) ^ (1 << (at % 8))
  }
  const turned = (bytes: Buffer, from: number, length: number): Buffer => {
    const copy = Buffer.from(bytes)
    turn(copy, from, length)
    return copy
  }

  const undo: (() => void)[] = []
  const patch = (object: object, name: string, wrap: (original: Callable) => Callable): void => {
    const holder = object as Patched
    const original = holder[name]
    if (original === undefined) return
    holder[name] = wrap(original)
    undo.push(() => (holder[name] = original))
  }
  const call = (original: Callable, self: unknown, args: readonly unknown[]): unknown => (original as unknown as (...args: unknown[]) => unknown).apply(self, [...args])

  const creates = (flags: unknown): Kind => (typeof flags === 'string' && /[wa]/.test(flags) ? 'create' : 'open')
  const KINDS: Readonly<Record<string, Kind>> = {
    rename: 'name', link: 'name', mkdtemp: 'create', mkdir: 'create', unlink: 'remove', rm: 'remove', lstat: 'look', stat: 'look', realpath: 'look', readdir: 'look', access: 'look',
  }

  for (const [name, kind] of Object.entries(KINDS)) {
    patch(promises, name, (original) => async function (this: unknown, ...args: unknown[]) {
      if (strikes(args[0], kind, name)) throw failure(name)
      return call(original, this, args)
    })
    patch(fs, `${name}Sync`, (original) => function (this: unknown, ...args: unknown[]) {
      if (strikes(args[0], kind, name)) throw failure(name)
      return call(original, this, args)
    })
  }
  patch(promises, 'open', (original) => async function (this: unknown, ...args: unknown[]) {
    if (strikes(args[0], creates(args[1]), 'open')) throw failure('open')
    const handle = (await call(original, this, args)) as { fd: number }
    if (own(args[0])) descriptors.add(handle.fd)
    return handle
  })
  patch(promises, 'appendFile', (original) => async function (this: unknown, ...args: unknown[]) {
    if (!strikes(args[0], 'write', 'appendFile')) return call(original, this, args)
    if (fails()) throw failure('write')
    const bytes = args[1] as Buffer
    return call(original, this, mode === 'corrupt' ? [args[0], turned(bytes, 0, bytes.length), ...args.slice(2)] : args)
  })
  patch(fs, 'openSync', (original) => function (this: unknown, ...args: unknown[]) {
    if (strikes(args[0], creates(args[1]), 'open')) throw failure('open')
    const fd = call(original, this, args) as number
    if (own(args[0])) descriptors.add(fd)
    return fd
  })
  // A file is closed all the same: that is what Linux does with a close that fails.
  patch(fs, 'closeSync', (original) => function (this: unknown, fd: number) {
    const failing = strikes(fd, 'close', 'close')
    descriptors.delete(fd)
    call(original, this, [fd])
    if (failing) throw failure('close')
  })
  patch(fs, 'fsyncSync', (original) => function (this: unknown, fd: number) {
    if (strikes(fd, 'sync', 'fsync')) throw failure('fsync')
    return call(original, this, [fd])
  })

  // Streams use the functions with callbacks.
  patch(fs, 'open', (original) => function (this: unknown, ...args: unknown[]) {
    const done = args.at(-1) as Callback
    if (strikes(args[0], creates(args[1]), 'open')) return process.nextTick(done, failure('open'))
    return call(original, this, [...args.slice(0, -1), (error: Error | null, fd: number) => {
      if (error === null && own(args[0])) descriptors.add(fd)
      done(error, fd)
    }])
  })
  patch(fs, 'close', (original) => function (this: unknown, fd: number, done: Callback) {
    const failing = strikes(fd, 'close', 'close')
    descriptors.delete(fd)
    return call(original, this, [fd, failing ? () => done(failure('close')) : done])
  })
  patch(fs, 'read', (original) => function (this: unknown, ...args: unknown[]) {
    const [fd, bytes, offset, length, position, done] = args as [number, Buffer, number, number, number | null, Callback]
    if (!strikes(fd, 'read', 'read')) return call(original, this, args)
    if (fails()) return process.nextTick(done, failure('read'))
    return call(original, this, [fd, bytes, offset, mode === 'short' ? half(length) : length, position, (error: Error | null, read: number) => {
      if (mode === 'corrupt' && error === null) turn(bytes, offset, read)
      done(error, read, bytes)
    }])
  })
  patch(fs, 'write', (original) => function (this: unknown, ...args: unknown[]) {
    const [fd, bytes, offset, length, position, done] = args as [number, Buffer, number, number, number | null, Callback]
    if (!strikes(fd, 'write', 'write')) return call(original, this, args)
    if (fails()) return process.nextTick(done, failure('write'))
    return call(original, this, mode === 'short' ? [fd, bytes, offset, half(length), position, done] : [fd, turned(bytes, offset, length), offset, length, position, done])
  })

  const handle = await promises.open(probe, 'r')
  const prototype = Object.getPrototypeOf(handle) as object
  await handle.close()
  patch(prototype, 'read', (original) => async function (this: { fd: number }, ...args: unknown[]) {
    if (!strikes(this.fd, 'read', 'read')) return call(original, this, args)
    if (fails()) throw failure('read')
    const [bytes, offset, length, position] = args as [Buffer, number, number, number | null]
    const result = (await call(original, this, [bytes, offset, mode === 'short' ? half(length) : length, position])) as { bytesRead: number }
    if (mode === 'corrupt') turn(bytes, offset, result.bytesRead)
    return result
  })
  patch(prototype, 'write', (original) => async function (this: { fd: number }, ...args: unknown[]) {
    if (!strikes(this.fd, 'write', 'write')) return call(original, this, args)
    if (fails()) throw failure('write')
    const [bytes, from = 0] = args as [Buffer, number | undefined]
    return mode === 'short' ? call(original, this, [bytes, from, half(bytes.length - from)]) : call(original, this, [turned(bytes, from, bytes.length - from), from])
  })
  patch(prototype, 'sync', (original) => async function (this: { fd: number }) {
    if (strikes(this.fd, 'sync', 'fsync')) throw failure('fsync')
    return call(original, this, [])
  })
  patch(prototype, 'stat', (original) => async function (this: { fd: number }, ...args: unknown[]) {
    if (strikes(this.fd, 'look', 'fstat')) throw failure('fstat')
    return call(original, this, args)
  })
  patch(prototype, 'close', (original) => async function (this: { fd: number }) {
    const failing = strikes(this.fd, 'close', 'close')
    descriptors.delete(this.fd)
    await call(original, this, [])
    if (failing) throw failure('close')
  })
  syncBuiltinESMExports()

  return {
    arm: (next, n) => {
      mode = next
      at = n
      count = 0
      struck = null
      full = false
    },
    disarm: () => {
      at = 0
      return { seen: count, fault: struck }
    },
    restore: () => {
      for (const each of undo) each()
      syncBuiltinESMExports()
    },
  }
}
