import swagger from '@fastify/swagger'
import swaggerUi from '@fastify/swagger-ui'
import { VERSION } from '../version.js'
import type { App } from './app.js'

/** The OpenAPI document, made from the schemas that requests and answers are checked and written with; and a page to read it. */
export async function addOpenApi(app: App): Promise<void> {
  await app.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: { title: 'Holdall', description: 'Moves an application\'s data out of its database and back.', version: VERSION },
      components: { securitySchemes: { bearer: { type: 'http', scheme: 'bearer' }, apiKey: { type: 'apiKey', in: 'header', name: 'X-API-Key' } } },
      security: [{ bearer: [] }, { apiKey: [] }],
    },
    refResolver: { buildLocalReference: (json, _base, _fragment, index) => (typeof json['$id'] === 'string' ? json['$id'] : `def-${index}`) },
    transform: ({ schema, url, route }) => {
      const access = route.config?.access ?? 'admin'
      return { url, schema: { ...schema, ...(access === 'public' ? { security: [] } : { description: `Needs the role ${access}.` }) } }
    },
  })
  await app.register(async (pages) => {
    pages.addHook('onRoute', (route) => void (route.config = { ...route.config, access: 'public' }))
    await pages.register(swaggerUi, { routePrefix: '/docs', staticCSP: true, uiConfig: { validatorUrl: null } })
  })
  app.get('/api/v1/openapi.json', { config: { access: 'public' }, schema: { hide: true } }, async () => app.swagger())
}
