import { basename } from 'node:path'

/** The folder inside an archive, from its file's name: `backup.tar.gz` holds `backup/`. */
export function archiveName(output: string): string {
  const name = basename(output).replace(/\.(?:tar\.gz|tgz|tar|gz)$/i, '').replace(/[^A-Za-z0-9_.-]+/g, '-').replace(/^[-.]+/, '')
  return output === '-' || name === '' ? 'holdall' : name.slice(0, 60)
}
