import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { exportStore, inspectArchive, runImport } from '../../src/index.js'
import { LOOM } from '../../src/profiles/loom.js'
import { ENGINES, loomDatabase, scratch } from './loom-database.js'
import { allKeys, contentOf, projectRows } from './project-oracle.js'

describe.each(ENGINES)('one project of a Loom database, %s', (engine) => {
  test('comes with all that is its own, and with what this refers to', async () => {
    const from = await loomDatabase(engine, { content: 'sample' })
    // Comments of the sample are on beads that nothing works on: some now are on one of an execution, some on one of a conversation.
    for (const [table, half] of [['workflow_executions', '<='], ['conversation_contexts', '>']] as const) {
      await from.run(`UPDATE bead_comments SET bead_id = (SELECT min(bead_id) FROM ${table} WHERE project_id = (SELECT min(id) FROM projects)) WHERE id ${half} (SELECT id FROM bead_comments ORDER BY id LIMIT 1 OFFSET 6) AND id <> (SELECT max(id) FROM bead_comments)`)
    }
    const content = await contentOf(from)
    const projects = content.get('projects')?.map(({ id }) => String(id)) ?? []
    projects.sort()
    expect(projects.length).toBeGreaterThan(2)
    expect(projectRows(content, projects[0] ?? '')['comment_mentions']?.length).toBeGreaterThan(0)
    for (const project of projects.slice(0, 3)) {
      const output = join(scratch(), 'project.tar.gz')
      await exportStore({ store: from.store, output, profile: LOOM, project, compressionLevel: 1 })
      expect((await inspectArchive({ input: output })).selection).toMatchObject({ project })
      const into = await loomDatabase(engine, { content: 'empty' })
      await runImport({ input: output, store: into.store, profile: LOOM })
      expect(allKeys(await contentOf(into))).toEqual(projectRows(content, project))
    }
  })

  test('of a time and of some groups: both are asked for', async () => {
    const from = await loomDatabase(engine, { content: 'sample' })
    const content = await contentOf(from)
    const project = String(content.get('projects')?.[0]?.['id'])
    const output = join(scratch(), 'project.tar.gz')
    const include = ['tracking', 'conversation_contexts']
    const report = await exportStore({ store: from.store, output, profile: LOOM, project, include, where: { milestones: "type = 'custom'" }, compressionLevel: 1 })
    const into = await loomDatabase(engine, { content: 'empty' })
    await runImport({ input: output, store: into.store, profile: LOOM })
    const chosen = [...(LOOM.groups['tracking'] ?? []), 'conversation_contexts']
    const expected = projectRows(content, project, (table, row) => chosen.includes(table) && (table !== 'milestones' || row['type'] === 'custom'))
    expect(allKeys(await contentOf(into))).toEqual(expected)
    expect(report.tables.find(({ table }) => table === 'projects')).toMatchObject({ closure: expected['projects']?.length })
    const later = await exportStore({ store: from.store, output, profile: LOOM, project, since: new Date('2100-01-01'), overwrite: true })
    expect(later.rows).toBe(0)
  })

  test('that is not there is named with those that are near', async () => {
    const from = await loomDatabase(engine, { content: 'sample' })
    const [first] = await from.rows('SELECT id FROM projects ORDER BY id')
    const id = String(first?.['id'])
    const output = join(scratch(), 'project.tar.gz')
    await expect(exportStore({ store: from.store, output, profile: LOOM, project: `${id}x` })).rejects.toMatchObject({ code: 'PROJECT_NOT_FOUND', hint: expect.stringContaining(id) as string })
    for (const project of ["' OR 1 = 1 --", '\0', 'nobody knows it']) await expect(exportStore({ store: from.store, output, profile: LOOM, project })).rejects.toMatchObject({ code: 'PROJECT_NOT_FOUND' })
    await expect(exportStore({ store: from.store, output, project: id })).rejects.toMatchObject({ code: 'USAGE' })
    await expect(exportStore({ store: from.store, output, profile: LOOM, project: id, include: ['config'] })).rejects.toMatchObject({ code: 'SELECTION_EMPTY' })
    await expect(exportStore({ store: from.store, output, profile: LOOM, project: id, subset: { projects: '1 = 1' } })).rejects.toMatchObject({ code: 'USAGE' })
  })
})
