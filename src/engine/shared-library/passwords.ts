// Passwords of servers, in memory only, by the address without them.
import { connectPostgres, isWrongPassword, type Postgres } from './postgres.ts';
import { withoutPassword, withPassword } from './server-url.ts';

export class Passwords {
  readonly #known = new Map<string, string>();

  /** Keeps the password of an address. @returns the address without it, which may be stored */
  remember(url: string): string {
    const { url: bare, password } = withoutPassword(url);
    if (password !== null) this.#known.set(bare, password);
    return bare;
  }

  /**
   * Opens a connection with the remembered password, if there is one. A wrong one is forgotten.
   * @param bare an address from `remember`
   * @throws as `connectPostgres`
   */
  async connect(bare: string): Promise<Postgres> {
    const password = this.#known.get(bare);
    if (password === undefined) return connectPostgres(bare);
    try {
      return await connectPostgres(withPassword(bare, password));
    } catch (error) {
      // Another one may have been typed meanwhile.
      if (isWrongPassword(error) && this.#known.get(bare) === password) this.#known.delete(bare);
      throw error;
    }
  }

  clear(): void {
    this.#known.clear();
  }
}
