import type { ConfigDocument, ConfigNode } from './config-document.js'
import { frozenRecord, type Profile } from './profile.js'

/** Table to `{ sqlite: tags_json, postgresql: tags }`, several in a list. @throws CONFIG_INVALID */
export function parseColumnsBetween(document: ConfigDocument, node: ConfigNode, profile: string): Profile['columnsBetween'] {
  return frozenRecord(
    document.members(node, `columnsBetween of profile ${profile}`).map((member) => {
      const what = `columnsBetween.${member.name}`
      const pairs = document.items(member.value, what).map((item) => {
        const { sqlite, postgresql } = document.known(item, `an entry of ${what}`, ['sqlite', 'postgresql'])
        const name = (value: ConfigNode | undefined, engine: string): string => {
          if (value === undefined) throw document.fault(item, `an entry of ${what} has no ${engine}`, 'Name the column in both engines.')
          return document.text(value, `${engine} of ${what}`)
        }
        return Object.freeze({ sqlite: name(sqlite, 'sqlite'), postgresql: name(postgresql, 'postgresql') })
      })
      return [member.name, Object.freeze(pairs)] as const
    }),
  )
}
