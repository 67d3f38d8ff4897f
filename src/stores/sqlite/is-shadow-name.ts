/**
 * Tables that modules keep beside a virtual table. SQLite marks them itself while the module is loaded; these are for
 * modules that are not (https://github.com/asg017/sqlite-vec, https://www.sqlite.org/spellfix1.html).
 */
const SUFFIXES: Readonly<Record<string, RegExp>> = Object.freeze({
  fts3: /^_(content|segments|segdir|docsize|stat)$/i,
  fts4: /^_(content|segments|segdir|docsize|stat)$/i,
  fts5: /^_(data|idx|content|docsize|config)$/i,
  rtree: /^_(node|rowid|parent)$/i,
  rtree_i32: /^_(node|rowid|parent)$/i,
  geopoly: /^_(node|rowid|parent)$/i,
  spellfix1: /^_vocab$/i,
  vec0: /^_(info|chunks|rowids|auxiliary|vector_chunks\d+|metadatachunks\d+|metadatatext\d+)$/i,
})

/** Whether a table of this name belongs to the virtual table `owner` of that module. */
export function isShadowName(module: string, owner: string, name: string): boolean {
  if (!name.toLowerCase().startsWith(owner.toLowerCase())) return false
  return SUFFIXES[module]?.test(name.slice(owner.length)) ?? false
}
