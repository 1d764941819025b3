import { init } from 'firsthand'

/** What happens in this application: the name of an event, and what is to be known of it. */
export type Events = {
  'Product Viewed': { sku: string }
  'Product Added': { sku: string; quantity: number }
}

export const track = init<Events>({ key: 'WRITE_KEY', endpoint: '/v1/batch' })
