import { describePlace, type HoldallError, type Place } from '../../errors/holdall-error.js'
import type { JsonObject } from '../json.js'
import { redact } from '../../errors/redact.js'
import { printable } from '../text/printable.js'
import type { Style } from '../text/style.js'

/** For people, on stderr: what, where, more of the same, what to do. */
export function failureText(error: HoldallError, props: { style: Style; verbose: boolean; secrets: readonly string[] }): string {
  const { style } = props
  const clean = (text: string): string => printable(redact(text, props.secrets))
  const place = describePlace(error.place)
  const lines = [
    `${style.red('error:')} ${clean(error.message)} ${style.dim(`[${error.code}]`)}`,
    ...(place === '' ? [] : [`  at ${clean(place)}`]),
    ...error.details.map((detail) => `  - ${clean(detail)}`),
    `  ${style.dim('hint:')} ${clean(error.hint)}`,
    ...(props.verbose && error.code === 'INTERNAL' ? stack(error).map((line) => `  ${clean(line)}`) : []),
  ]
  return `${lines.join('\n')}\n`
}

function stack(error: HoldallError): readonly string[] {
  const cause = error.cause instanceof Error ? error.cause : error
  return (cause.stack ?? '').split('\n').map((line) => line.trim())
}

/** The last line on stderr with --json when a command fails. */
export function exitErrorJson(error: HoldallError, props: { exitCode: number; verbose: boolean; secrets: readonly string[] }): JsonObject {
  const clean = (text: string): string => redact(text, props.secrets)
  return {
    message_type: 'exit_error',
    code: error.code,
    exit_code: props.exitCode,
    message: clean(error.message),
    hint: clean(error.hint),
    place: placeJson(error.place, clean),
    details: error.details.map(clean),
    ...(props.verbose && error.code === 'INTERNAL' ? { stack: stack(error).map(clean) } : {}),
  }
}

/** A place as JSON: only the keys that are known. */
export function placeJson(place: Place, clean: (text: string) => string = redact): JsonObject {
  return Object.fromEntries(
    Object.entries(place)
      .filter((entry): entry is [string, string | number] => entry[1] !== undefined)
      .map(([key, value]) => [key, typeof value === 'string' ? clean(value) : value]),
  )
}
