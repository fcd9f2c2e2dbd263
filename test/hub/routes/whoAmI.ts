/** Who a token belongs to. */
import { Refusal, sendJson, type Route } from '../route.ts'

export const whoAmIRoutes: Route[] = [{
  /**
   * Source: huggingface_hub hf_api.py `whoami`; @huggingface/hub who-am-i.ts and types/api/api-who-am-i.ts for the fields; hub-docs oauth.md:
   * `read-memberships` tells of organizations.
   */
  method: 'GET',
  path: /^\/api\/whoami-v2$/,
  handle({ account, response }) {
    if (account === undefined) throw new Refusal(401, 'Invalid username or password.')
    const { name, role, organizations, scopes } = account
    const told = scopes === undefined || scopes.includes('read-memberships') ? organizations : []
    sendJson(response, {
      type: 'user', id: Buffer.from(name).toString('hex').padEnd(24, '0').slice(0, 24), name, fullname: name, isPro: false, canPay: false,
      email: `${name}@example.test`, emailVerified: true, avatarUrl: '/avatars/default.svg', periodEnd: null,
      orgs: told.map((each) => ({ type: 'org', id: each, name: each, fullname: each, email: null, canPay: false, avatarUrl: '/avatars/default.svg', periodEnd: null, roleInOrg: 'write' })),
      auth: scopes === undefined
        ? { type: 'access_token', accessToken: { displayName: 'local', role, createdAt: '2026-01-01T00:00:00.000Z' } }
        : { type: 'oauth', expiresAt: '2027-01-01T00:00:00.000Z' },
    })
  },
}]
