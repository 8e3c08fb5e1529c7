// Node `ws`, as its documentation broadcasts: client.send in a loop over the clients of a group.
//   node node_ws.js PORT CONTROL_PORT SNAPSHOT_FILE
const { readFileSync } = require("fs");
const net = require("net");
const http = require("http");
const { WebSocketServer } = require("ws");

const [port, controlPort, snapshotFile] = process.argv.slice(2);
const snapshot = readFileSync(snapshotFile, "utf8");
const groups = new Map();

const server = http.createServer();
const sockets = new WebSocketServer({ server, perMessageDeflate: false });
sockets.on("connection", (client, request) => {
  const group = request.url.split("/").pop();
  if (!groups.has(group)) groups.set(group, new Set());
  const members = groups.get(group);
  members.add(client);
  client.on("message", () => client.send(snapshot));
  client.on("error", () => {});
  client.on("close", () => members.delete(client));
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
        const text = line.slice(space + 1);
        for (const client of groups.get(line.slice(0, space)) || []) client.send(text);
      }
    });
    control.on("error", () => {});
  })
  .listen(Number(controlPort), "127.0.0.1");
