// A gesture given: over the socket, and over HTTP when the socket is away or silent. Both carry the
// same id, and "the same id again is the same thing again" (protocol.md §1): done once.

import { newId } from "../live/commands.js";
import { Problem } from "../live/directory.js";
import { post } from "./desk_link.js";

const SILENT_MS = 4000;

export class Desk {
  constructor(amphi, link, commands) {
    this.place = `/admin/api/amphis/${encodeURIComponent(amphi)}/commands`;
    this.link = link;
    this.commands = commands;
  }

  /** `{type: "accepted"}`, or `{type: "refused", message}`. */
  async give(name, args) {
    const id = newId();
    if (this.link.state === "up") {
      const asked = this.commands.ask({ id, type: "command", name, args });
      const answer = await Promise.race([asked, silence()]);
      if (answer !== null) return answer;
    }
    const answer = await this.byHttp(id, name, args);
    this.commands.answered({ ...answer, id });
    return answer;
  }

  async byHttp(id, name, args) {
    try {
      await post(`${this.place}/${name}`, args, { "Idempotency-Key": id });
      return { type: "accepted" };
    } catch (fault) {
      if (fault instanceof Problem) return { type: "refused", code: fault.code, message: fault.message };
      return { type: "refused", code: "offline", message: "Le serveur ne répond pas : le geste n’est peut-être pas fait. Vérifiez avant de recommencer." };
    }
  }
}

const silence = () => new Promise((resolve) => setTimeout(() => resolve(null), SILENT_MS));
