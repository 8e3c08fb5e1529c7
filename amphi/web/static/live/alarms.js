// A sound and a notification of the system when the turn comes, for whoever asked for them.

const TONE_HZ = 660;
const TONE_S = 0.35;

export class Alarms {
  /** `form` holds the two boxes; `here` keeps what was ticked. */
  constructor(form, here) {
    this.form = form;
    this.here = here;
    if (form === null) return;
    for (const name of ["sound", "notify"]) form.elements[name].checked = here.get(name) === true;
    form.elements.notify.disabled = !("Notification" in window);
    form.elements.sound.addEventListener("change", () => this.keep("sound") && this.tone());
    form.elements.notify.addEventListener("change", () => this.ask());
  }

  wants(name) {
    return this.form?.elements[name].checked === true;
  }

  keep(name) {
    this.here.set(name, this.wants(name));
    return this.wants(name);
  }

  /** Asked only when the box is ticked, never by the page itself. */
  async ask() {
    const answer = this.wants("notify") ? await Notification.requestPermission() : "denied";
    this.form.elements.notify.checked = answer === "granted";
    this.keep("notify");
  }

  ring(text) {
    if (this.wants("sound")) this.tone();
    if (this.wants("notify") && document.hidden) new Notification(text, { tag: "amphi-turn" });
  }

  tone() {
    const audio = new AudioContext();
    const tone = new OscillatorNode(audio, { frequency: TONE_HZ });
    tone.connect(new GainNode(audio, { gain: 0.2 })).connect(audio.destination);
    tone.onended = () => audio.close();
    tone.start();
    tone.stop(audio.currentTime + TONE_S);
  }
}
