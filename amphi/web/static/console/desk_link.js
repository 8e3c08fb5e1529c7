// The operators' socket is on the site's origin, where the console's sign-in does not count: each
// opening brings a ticket, good once (protocol.md §1).

import { Problem } from "../live/directory.js";
import { Link } from "../live/link.js";

const SIGN_IN = 4401;
const NOT_ALLOWED = 4403;

export class DeskLink extends Link {
  /** `amphi`: its id; `address`: of the socket, without a ticket; the rest as of Link. */
  constructor(amphi, address, ears) {
    super(address, ears);
    this.amphi = amphi;
    this.bare = address;
  }

  open() {
    this.drop();
    if (this.state === "ended") this.become("opening");
    const asked = {};
    this.asked = asked;
    aTicket(this.amphi).then(
      (ticket) => this.asked === asked && this.enter(ticket),
      (fault) => this.asked === asked && this.turnedAway(fault),
    );
  }

  enter(ticket) {
    this.address = `${this.bare}?ticket=${encodeURIComponent(ticket)}`;
    super.open();
  }

  /** An opening that was asked for meanwhile, and is not wanted any more, comes to nothing. */
  drop() {
    this.asked = null;
    super.drop();
  }

  /** No sign-in any more: for good. Anything else is tried again later. */
  turnedAway(fault) {
    this.lostAt ??= this.clock.monotonic();
    this.code = { 401: SIGN_IN, 403: SIGN_IN, 404: NOT_ALLOWED }[fault.status] ?? null;
    if (this.code === null) this.plan();
    else this.become("ended");
  }
}

async function aTicket(amphi) {
  const said = await post("/admin/api/tickets", { amphi });
  return said.ticket;
}

/** Raises Problem, or TypeError when there is no network. */
export async function post(path, body, headers = {}) {
  const response = await fetch(path, {
    method: "POST",
    headers: { "Content-Type": "application/json", Accept: "application/json", ...headers },
    body: JSON.stringify(body),
  });
  const said = await response.json();
  if (!response.ok) throw new Problem(response.status, said);
  return said;
}
