import { HoldallError } from '../errors/holdall-error.js'
import type { ImportTable } from '../stores/import-table.js'

/**
 * Refuses an identity with a column that has ids of other rows inside its values: which rows are the same must be known before it
 * can be told what these ids mean here. `tables` hold rows in the target; `all` are those of the import.
 * @throws CONFIG_INVALID
 */
export function refuseInnerIdentities(tables: readonly ImportTable[], all: readonly ImportTable[]): void {
  const byId = new Map(all.map((table) => [table.target.id, table]))
  for (const { target, identity, references } of tables) {
    for (const { columns, place, parent, parentColumns } of references) {
      const rule = identity.rules.find((each) => columns.some((name) => each.columns.includes(name)))
      const surrogates = byId.get(parent)?.identity.surrogates ?? []
      if (place.kind === 'columns' || rule === undefined || !parentColumns.some((name) => surrogates.includes(name))) continue
      throw new HoldallError('CONFIG_INVALID', {
        message: `rows cannot be recognised by ${rule.columns.join(', ')} (${rule.because}): ${columns.join()} has ids of ${parent} inside its values, which mean something else in another database`,
        table: target.id,
        column: columns.join(),
        hint: 'Name other columns with --match or in identities.',
      })
    }
  }
}
