/** What each may do more than the one before: look; start and stop what only reads; change data and see who did what. */
export const ROLES = ['viewer', 'operator', 'admin'] as const
export type Role = (typeof ROLES)[number]

export type Access = 'public' | Role

export function roleNamed(name: unknown): Role | null {
  return ROLES.find((role) => role === name) ?? null
}

/** Whether a role is enough; none is enough for nothing but what is public. */
export function mayAccess(role: Role | null, access: Access): boolean {
  return access === 'public' || (role !== null && ROLES.indexOf(role) >= ROLES.indexOf(access))
}
