// A signature drawn with a finger, a pen or the mouse; dark ink on paper in either theme.

const INK = "#14213d";
const WIDTH = 2.4;

export class Signature {
  constructor(canvas) {
    this.canvas = canvas;
    this.pen = canvas.getContext("2d");
    this.isEmpty = true;
    canvas.addEventListener("pointerdown", (event) => this.begin(event));
    canvas.addEventListener("pointermove", (event) => this.go(event));
    for (const end of ["pointerup", "pointercancel"]) canvas.addEventListener(end, () => (this.at = null));
    this.clear();
  }

  place({ clientX, clientY }) {
    const box = this.canvas.getBoundingClientRect();
    const scale = this.canvas.width / box.width;
    return [(clientX - box.left) * scale, (clientY - box.top) * scale];
  }

  begin(event) {
    event.preventDefault();
    this.canvas.setPointerCapture(event.pointerId);
    this.at = this.place(event);
    this.go(event);
  }

  go(event) {
    if (!this.at) return;
    const to = this.place(event);
    this.pen.beginPath();
    this.pen.moveTo(...this.at);
    this.pen.lineTo(...to);
    this.pen.stroke();
    this.at = to;
    this.isEmpty = false;
  }

  clear() {
    this.pen.clearRect(0, 0, this.canvas.width, this.canvas.height);
    Object.assign(this.pen, { strokeStyle: INK, lineWidth: WIDTH, lineCap: "round", lineJoin: "round" });
    this.isEmpty = true;
    this.at = null;
  }

  // The picture as the server takes it; nothing where nobody signed.
  get picture() {
    return this.isEmpty ? "" : this.canvas.toDataURL("image/png");
  }
}
