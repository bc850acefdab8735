/** An answer of docs/api.md's errors, thrown by the mock. */
export class Refusal extends Error {
  constructor(status, code, message, field) {
    super(message);
    Object.assign(this, { status, code, field });
  }
}
