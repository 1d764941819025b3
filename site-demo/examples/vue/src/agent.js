import { init } from 'firsthand'

export const track = init({ key: 'WRITE_KEY', endpoint: '/v1/batch' })
