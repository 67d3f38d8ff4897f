import { literal, sql, type Sql } from '../sql.js'

/** Calendar date, and behind it a time with an optional fraction and an optional offset; ISO 8601, extended or basic. */
const ISO =
  '(?i)^\\s*(?!0000)(\\d{4})-?(\\d\\d)-?(\\d\\d)(?:[T ]\\s*(\\d\\d)(?::?(\\d\\d)(?::?(\\d\\d)(?:[.,](\\d+))?)?)?)?\\s*(?:Z|([+-])(\\d\\d)(?::?(\\d\\d)(?::?(\\d\\d))?)?)?\\s*$'

/**
 * The instant that a text spells, in whole milliseconds since 1970 rounded down, or NULL when it is none; without an
 * offset it is UTC. A cast would fail on what is no time, and servers before 16 cannot ask first: so it is reckoned.
 */
export function textInstant(text: Sql): Sql {
  const part = (index: number): Sql => sql`coalesce(p[${index}], '0')::int`
  const [year, month, day, hour, minute, second] = [part(1), part(2), part(3), part(4), part(5), part(6)]
  const offset = sql`((${part(9)} * 3600 + ${part(10)} * 60 + ${part(11)}) * CASE p[8] WHEN '-' THEN -1 ELSE 1 END)`
  const days = sql`CASE WHEN ${month} = 2 THEN CASE WHEN ${year} % 4 = 0 AND (${year} % 100 <> 0 OR ${year} % 400 = 0) THEN 29 ELSE 28 END WHEN ${month} IN (4, 6, 9, 11) THEN 30 ELSE 31 END`
  const seconds = sql`(make_date(${year}, ${month}, ${day}) - '1970-01-01'::date)::bigint * 86400 + ${hour} * 3600 + ${minute} * 60 + ${second} - ${offset}`
  return sql`(SELECT CASE WHEN ${month} BETWEEN 1 AND 12 THEN
    CASE WHEN ${day} BETWEEN 1 AND ${days} AND ${hour} <= 24 AND ${minute} <= 59 AND ${second} <= 60 AND ${part(9)} <= 23 AND ${part(10)} <= 59
      THEN (${seconds}) * 1000 + rpad(left(coalesce(p[7], ''), 3), 3, '0')::int END END
    FROM regexp_match(${text}::text, ${literal(ISO)}) p WHERE p IS NOT NULL)`
}
