// Socket.IO over WebSockets alone: one room for each group, io.to(room).emit.
//   node socket_io.js PORT CONTROL_PORT SNAPSHOT_FILE
const { readFileSync } = require("fs");
const net = require("net");
const http = require("http");
const { Server } = require("socket.io");

const [port, controlPort, snapshotFile] = process.argv.slice(2);
const snapshot = JSON.parse(readFileSync(snapshotFile, "utf8"));

const server = http.createServer();
const io = new Server(server, { transports: ["websocket"], perMessageDeflate: false });
io.on("connection", (socket) => {
  socket.join(socket.handshake.query.group);
  socket.emit("m", snapshot);
});
server.listen({ port: Number(port), host: "127.0.0.1", backlog: 16384 });

net
  .createServer((control) => {
    let waiting = "";
    control.on("data", (data) => {
      waiting += data;
      const lines = waiting.split("\n");
      waiting = lines.pop();
      for (const line of lines) {
        const space = line.indexOf(" ");
        io.to(line.slice(0, space)).emit("m", JSON.parse(line.slice(space + 1)));
      }
    });
    control.on("error", () => {});
  })
  .listen(Number(controlPort), "127.0.0.1");
