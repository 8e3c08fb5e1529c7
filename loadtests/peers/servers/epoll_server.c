/* The limit: a WebSocket fan-out with nothing but epoll and write, in one thread.
 *
 *   epoll_server PORT CONTROL_PORT SNAPSHOT_FILE
 *
 * The path ends in the number of a group. Whatever text a client sends is answered by the snapshot.
 * A line "GROUP TEXT" on the control port goes to everybody of that group, framed once.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/tcp.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#define MOST 20000
#define GROUPS 256

struct sock { int group, open; };
static struct sock socks[MOST];
static int *members[GROUPS], member_count[GROUPS];
static int epoll, control = -1;
static char snapshot[1 << 20], framed[1 << 20];
static size_t snapshot_len;

static uint32_t rol(uint32_t x, int n) { return x << n | x >> (32 - n); }

/* FIPS 180-4, for messages of less than 56 + 64 bytes: a key and its suffix. */
static void sha1(const char *text, size_t len, unsigned char out[20]) {
    uint32_t h[5] = {0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476, 0xc3d2e1f0}, w[80];
    unsigned char block[128] = {0};
    memcpy(block, text, len);
    block[len] = 0x80;
    size_t size = len < 56 ? 64 : 128;
    for (int i = 0; i < 8; i++) block[size - 1 - i] = (uint64_t)len * 8 >> 8 * i;
    for (size_t at = 0; at < size; at += 64) {
        for (int i = 0; i < 16; i++) {
            const unsigned char *b = block + at + 4 * i;
            w[i] = (uint32_t)b[0] << 24 | b[1] << 16 | b[2] << 8 | b[3];
        }
        for (int i = 16; i < 80; i++) w[i] = rol(w[i - 3] ^ w[i - 8] ^ w[i - 14] ^ w[i - 16], 1);
        uint32_t a = h[0], b = h[1], c = h[2], d = h[3], e = h[4], f, k;
        for (int i = 0; i < 80; i++) {
            if (i < 20) f = (b & c) | (~b & d), k = 0x5a827999;
            else if (i < 40) f = b ^ c ^ d, k = 0x6ed9eba1;
            else if (i < 60) f = (b & c) | (b & d) | (c & d), k = 0x8f1bbcdc;
            else f = b ^ c ^ d, k = 0xca62c1d6;
            uint32_t t = rol(a, 5) + f + e + k + w[i];
            e = d, d = c, c = rol(b, 30), b = a, a = t;
        }
        h[0] += a, h[1] += b, h[2] += c, h[3] += d, h[4] += e;
    }
    for (int i = 0; i < 20; i++) out[i] = h[i / 4] >> 8 * (3 - i % 4);
}

static void accept_key(const char *key, char *out) {
    static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    char text[128];
    unsigned char hash[21] = {0};
    int n = snprintf(text, sizeof text, "%.24s258EAFA5-E914-47DA-95CA-C5AB0DC85B11", key);
    sha1(text, n, hash);
    for (int i = 0; i < 21; i += 3) {
        uint32_t three = hash[i] << 16 | hash[i + 1] << 8 | hash[i + 2];
        for (int j = 0; j < 4; j++) *out++ = digits[three >> (18 - 6 * j) & 63];
    }
    out[-1] = '=', *out = 0;
}

static size_t frame(const char *text, size_t len, char *out) {
    out[0] = (char)0x81;
    if (len < 126) { out[1] = len; memcpy(out + 2, text, len); return len + 2; }
    out[1] = 126, out[2] = len >> 8, out[3] = len;
    memcpy(out + 4, text, len);
    return len + 4;
}

static void leave(int fd) {
    int g = socks[fd].group;
    for (int i = 0; socks[fd].open && i < member_count[g]; i++)
        if (members[g][i] == fd) { members[g][i] = members[g][--member_count[g]]; break; }
    socks[fd].open = 0;
    close(fd);
}

static void shake(int fd, char *request) {
    char *key = strcasestr(request, "sec-websocket-key: "), *end = strstr(request, " HTTP/"), accepted[32];
    char response[256];
    if (!key || !end) { close(fd); return; }
    int g = atoi(memrchr(request, '/', end - request) + 1) % GROUPS;
    accept_key(key + 19, accepted);
    int n = snprintf(response, sizeof response, "HTTP/1.1 101 Switching Protocols\r\n"
        "Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: %s\r\n\r\n", accepted);
    if (write(fd, response, n) < 0) { close(fd); return; }
    if (!members[g]) members[g] = malloc(MOST * sizeof(int));
    socks[fd].group = g, socks[fd].open = 1;
    members[g][member_count[g]++] = fd;
}

static void hear(int fd) {
    char data[4096];
    ssize_t n = read(fd, data, sizeof data - 1);
    if (n < 0 && errno == EAGAIN) return;
    if (n <= 0 || (socks[fd].open && (data[0] & 15) == 8)) { leave(fd); return; }
    data[n] = 0;
    if (!socks[fd].open) shake(fd, data);
    else if ((data[0] & 15) == 1 && write(fd, snapshot, snapshot_len) < 0) leave(fd);
}

static void tell(char *line) {
    char *text = strchr(line, ' ');
    if (!text) return;
    int g = atoi(line) % GROUPS;
    size_t len = frame(text + 1, strlen(text + 1), framed);
    for (int i = 0; i < member_count[g]; i++)
        if (write(members[g][i], framed, len) < 0) continue; /* a slow reader: not what is measured */
}

static void obey(void) {
    static char waiting[1 << 20];
    static size_t len;
    ssize_t n = read(control, waiting + len, sizeof waiting - len - 1);
    if (n <= 0) return;
    len += n, waiting[len] = 0;
    char *line = waiting, *end;
    while ((end = strchr(line, '\n'))) { *end = 0; tell(line); line = end + 1; }
    len -= line - waiting;
    memmove(waiting, line, len);
}

static int listening(int port) {
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0), one = 1;
    struct sockaddr_in at = {.sin_family = AF_INET, .sin_port = htons(port), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one);
    if (bind(fd, (struct sockaddr *)&at, sizeof at) || listen(fd, 16384)) { perror("listen"); exit(1); }
    struct epoll_event e = {EPOLLIN, {.fd = fd}};
    epoll_ctl(epoll, EPOLL_CTL_ADD, fd, &e);
    return fd;
}

static int taken(int listener) {
    int fd = accept4(listener, NULL, NULL, SOCK_NONBLOCK), one = 1;
    if (fd < 0) return fd;
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
    struct epoll_event e = {EPOLLIN, {.fd = fd}};
    epoll_ctl(epoll, EPOLL_CTL_ADD, fd, &e);
    if (fd >= MOST) exit(1);
    socks[fd].open = 0;
    return fd;
}

int main(int argc, char **argv) {
    if (argc != 4) return 2;
    FILE *f = fopen(argv[3], "r");
    if (!f) return 1;
    static char text[1 << 19];
    snapshot_len = frame(text, fread(text, 1, sizeof text, f), snapshot);
    fclose(f);
    epoll = epoll_create1(0);
    int door = listening(atoi(argv[1])), back_door = listening(atoi(argv[2]));
    struct epoll_event events[1024];
    for (;;) {
        int n = epoll_wait(epoll, events, 1024, -1);
        for (int i = 0; i < n; i++) {
            int fd = events[i].data.fd;
            if (fd == door) while (taken(door) >= 0) continue;
            else if (fd == back_door) control = taken(back_door);
            else if (fd == control) obey();
            else hear(fd);
        }
    }
}
