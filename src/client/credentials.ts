// Who this client is. The password is reachable by one call only, never by printing, spreading or serialising.

/** A user name and its password. */
export class Credentials {
  /** The user's name. Not a secret. */
  readonly user: string;
  #password: string;

  /**
   * @param user the user's name
   * @param password the secret, kept out of every printed form
   */
  constructor(user: string, password: string) {
    this.user = user;
    this.#password = password;
  }

  /** The password itself, for the request that opens a session and for nothing else. */
  revealPassword(): string {
    return this.#password;
  }

  /** Takes over a new password, which the server has: for sessions that are opened from now on. */
  changePassword(password: string): void {
    this.#password = password;
  }

  /** The text with every occurrence of the password replaced, for what a server says about a login. */
  redact(text: string): string {
    return this.#password === '' ? text : text.replaceAll(this.#password, '[password]');
  }
}
