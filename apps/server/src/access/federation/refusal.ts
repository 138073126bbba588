/** Why a federated token is not accepted: for the operator's log, never for the caller. */
export class Refusal extends Error {
  override readonly name = 'Refusal';
}
