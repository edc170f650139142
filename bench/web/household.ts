import { join } from 'node:path'
import { claimLink } from '../../e2e/app-browser.ts'
import { freePorts, type Product, start } from '../../e2e/product.ts'
import { tempFolder } from '../../packages/testkit/src/temp.ts'
import { ask, type Bench, type Extra, openBench } from './pages.ts'

export type HouseholdBench = Bench & {
  readonly product: Product
  /** Of the sample camera. */
  readonly camera: string
}

/** The product, started as a person starts it, and pages of this folder in a browser that has joined the household. */
export async function openHousehold(names: readonly string[], extra?: Extra): Promise<HouseholdBench> {
  const data = tempFolder('bench-data')
  const product = await start(join(data.path, 'home'), await freePorts())
  try {
    const bench = await openBench(names, { vaultPort: product.port, ...(extra && { extra }) })
    const close = async (): Promise<void> => {
      await bench.close()
      await product.stop()
      data.remove()
    }
    try {
      await ask(bench.page, 'join', await claimLink(product))
    } catch (error) {
      await close()
      throw error
    }
    return { ...bench, product, camera: `rtsp://127.0.0.1:${product.port + 2}/main`, close }
  } catch (error) {
    await product.stop()
    data.remove()
    throw error
  }
}
