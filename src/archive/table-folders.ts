/** Longest folder of a table, in characters (all of them ASCII). */
export const FOLDER_LENGTH = 80

/** Names that Windows keeps for devices, alone or before a dot. */
const DEVICE = /^(?:con|prn|aux|nul|com\d|lpt\d)(?=\.|$)/i

/**
 * A folder name made of a free text: the UTF-8 bytes outside `[A-Za-z0-9_.-]`, a dot at either end and the first letter
 * of a device name of Windows as `%XX`, cut between characters at `length`. Never empty.
 */
export function folderName(text: string, length: number = FOLDER_LENGTH): string {
  let folder = ''
  for (const unit of units(text)) {
    if (folder.length + unit.length > length) break
    folder += unit
  }
  // Only a cut can leave a dot at the end.
  return folder.replace(/\.+$/, '') || '_'
}

function units(text: string): string[] {
  const characters = Array.from(text)
  const last = characters.length - 1
  return characters.map((character, i) => {
    const risky = (character === '.' && (i === 0 || i === last)) || (i === 0 && DEVICE.test(text))
    return risky || !/^[A-Za-z0-9_.-]$/.test(character) ? percent(character) : character
  })
}

function percent(character: string): string {
  return Array.from(Buffer.from(character, 'utf8'), (byte) => `%${byte.toString(16).toUpperCase().padStart(2, '0')}`).join('')
}

/**
 * The folder of every table, by table id. Folders that would be the same on a file system that does not tell upper from
 * lower case get `~2`, `~3`, … in the order given; `~` occurs nowhere else.
 */
export function tableFolders(tables: readonly string[]): Readonly<Record<string, string>> {
  const taken = new Set<string>()
  const last = new Map<string, number>()
  const folders = tables.map((table): [string, string] => {
    const base = folderName(table)
    let folder = base
    for (let n = last.get(base.toLowerCase()) ?? 2; taken.has(folder.toLowerCase()); n += 1) {
      folder = `${folderName(table, FOLDER_LENGTH - `~${n}`.length)}~${n}`
      last.set(base.toLowerCase(), n + 1)
    }
    taken.add(folder.toLowerCase())
    return [table, folder]
  })
  return Object.freeze(Object.fromEntries(folders))
}
