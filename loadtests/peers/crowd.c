/* A crowd of WebSocket clients in one thread (epoll): who measures must cost less than who is measured.
 *
 *   crowd HOST PORT HELLO SNAPSHOT TRIGGER_PORT PREAMBLE
 *
 * HELLO: text said after the handshake ("-": none). SNAPSHOT: 1 when a message with "type":"welcome"
 * must come before a socket counts as connected. TRIGGER_PORT: where an event is caused; PREAMBLE: a
 * file said there first ("-": none). Commands come on standard input, answers are lines of JSON:
 *
 *   connect N IN_FLIGHT PATHS_FILE      N more sockets, spread over the paths of the file
 *   fan TRIGGERS_FILE PAUSE_MS          one event after another, each heard by everybody
 *   mix TRIGGERS_FILE PER_SECOND        events of many groups at a steady rate
 *   say TRIGGERS_FILE                   causes them without waiting
 *   quit
 *
 * A triggers file is a sequence of: group, seq, length (uint32, host order), then the bytes. An event
 * is known by its path's number and the figure behind "seq": in its text.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/tcp.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#define MOST 20000
#define GROUPS 256
#define SEQS 4096
#define READ_AT_ONCE (256 * 1024)

enum { CONNECTING, SHAKING, GREETING, LISTENING, LOST };

struct sock { int fd, state, group; char *kept; size_t kept_len; };
struct trigger { uint32_t group, seq, len; char *bytes; };

static struct sock socks[MOST];
static int opened, ready, lost, in_flight, wanted, epoll, trigger_fd = -1;
static struct sockaddr_in address, trigger_address;
static char *hello, *host, buffer[READ_AT_ONCE], *paths[GROUPS];
static int path_count, need_snapshot, snapshot_bytes, event_bytes;
static double said_at[GROUPS][SEQS], *latencies;
static uint32_t first_seq[GROUPS];
static long heard, capacity, expected_seq, got, recording;
static double first_at, last_at;

static double now_ms(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return t.tv_sec * 1e3 + t.tv_nsec / 1e6;
}

static void die(const char *what) { perror(what); exit(1); }

static void put(int fd, const char *data, size_t len) {
    while (len) {
        ssize_t n = write(fd, data, len);
        if (n < 0 && errno == EAGAIN) { usleep(100); continue; }
        if (n < 0) return;
        data += n, len -= n;
    }
}

static void say(int fd, int opcode, const char *text, size_t len) {
    unsigned char frame[256] = {0x80 | opcode, 0x80 | len, 0x37, 0xfa, 0x21, 0x3d};
    if (len > 125) { fprintf(stderr, "hello is too long\n"); exit(1); }
    for (size_t i = 0; i < len; i++) frame[6 + i] = text[i] ^ frame[2 + i % 4];
    put(fd, (char *)frame, len + 6);
}

static void lose(struct sock *s) {
    if (s->state == LOST) return;
    if (s->state != LISTENING) in_flight--; else ready--;
    s->state = LOST, lost++;
    close(s->fd);
}

static void settle(struct sock *s) { s->state = LISTENING, ready++, in_flight--; }

static void open_one(void) {
    struct sock *s = &socks[opened];
    s->fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
    if (s->fd < 0) die("socket");
    struct linger at_once = {1, 0}; /* no TIME_WAIT: thousands of them would use up the ports */
    setsockopt(s->fd, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
    int one = 1;
    setsockopt(s->fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
    s->state = CONNECTING, s->group = opened % path_count, s->kept = NULL, s->kept_len = 0;
    if (connect(s->fd, (struct sockaddr *)&address, sizeof address) && errno != EINPROGRESS)
        die("connect");
    struct epoll_event e = {EPOLLIN | EPOLLOUT, {.u32 = opened}};
    epoll_ctl(epoll, EPOLL_CTL_ADD, s->fd, &e);
    opened++, in_flight++;
}

static void shake(struct sock *s) {
    char request[1024];
    int n = snprintf(request, sizeof request,
        "GET %s HTTP/1.1\r\nHost: %s\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n"
        "Origin: http://%s\r\nUser-Agent: crowd\r\n\r\n", paths[s->group], host, host);
    put(s->fd, request, n);
    struct epoll_event e = {EPOLLIN, {.u32 = s - socks}};
    epoll_ctl(epoll, EPOLL_CTL_MOD, s->fd, &e);
    s->state = SHAKING;
}

static void record(double ms) {
    if (heard < capacity) latencies[heard] = ms;
    heard++;
}

static void event(struct sock *s, const char *at, const char *end, size_t len) {
    uint32_t seq = 0;
    for (at += 6; at < end && *at >= '0' && *at <= '9'; at++) seq = seq * 10 + *at - '0';
    if (recording) {
        uint32_t place = seq - first_seq[s->group];
        if (place < SEQS && said_at[s->group][place] > 0)
            record(now_ms() - said_at[s->group][place]);
    } else if (seq == expected_seq && got < ready) {
        last_at = now_ms();
        if (!got) first_at = last_at;
        got++, event_bytes = len;
    }
}

static void message(struct sock *s, const char *text, size_t len) {
    if (len == 1 && *text == '2') { say(s->fd, 1, "3", 1); return; } /* Engine.IO's own ping */
    if (s->state == GREETING) {
        if (memmem(text, len, "\"type\":\"welcome\"", 16)) snapshot_bytes = len, settle(s);
        return;
    }
    const char *at = memmem(text, len, "\"seq\":", 6);
    if (at) event(s, at, text + len, len);
}

/* Whole frames of a server: never masked, never fragmented by any of the peers. */
static size_t frames(struct sock *s, const char *data, size_t len) {
    size_t done = 0;
    while (len - done >= 2) {
        const unsigned char *f = (const unsigned char *)data + done;
        size_t head = 2, size = f[1] & 127;
        if (size == 126) head = 4; else if (size == 127) head = 10;
        if (len - done < head) break;
        if (head == 4) size = f[2] << 8 | f[3];
        if (head == 10) { size = 0; for (int i = 2; i < 10; i++) size = size << 8 | f[i]; }
        if (len - done < head + size) break;
        int opcode = f[0] & 15;
        if (opcode <= 2) message(s, (const char *)f + head, size);
        if (opcode == 9) say(s->fd, 10, (const char *)f + head, size);
        if (opcode == 8) { lose(s); return len; }
        done += head + size;
    }
    return done;
}

static size_t answer(struct sock *s, const char *data, size_t len) {
    char *end = memmem(data, len, "\r\n\r\n", 4);
    if (!end) return 0;
    if (len < 12 || memcmp(data + 9, "101", 3)) {
        fprintf(stderr, "refused: %.40s\n", data);
        lose(s);
        return len;
    }
    s->state = GREETING;
    if (hello) say(s->fd, 1, hello, strlen(hello));
    if (!need_snapshot) settle(s);
    return end + 4 - data;
}

static void take(struct sock *s) {
    size_t before = s->kept_len;
    if (before) memcpy(buffer, s->kept, before);
    ssize_t n = read(s->fd, buffer + before, sizeof buffer - before);
    if (n < 0 && (errno == EAGAIN || errno == EINTR)) return;
    if (n <= 0) { lose(s); return; }
    size_t len = before + n, done = 0;
    if (s->state == SHAKING) done = answer(s, buffer, len);
    if (s->state == GREETING || s->state == LISTENING) done += frames(s, buffer + done, len - done);
    s->kept_len = s->state == LOST ? 0 : len - done;
    if (s->kept_len) {
        s->kept = realloc(s->kept, s->kept_len);
        memmove(s->kept, buffer + done, s->kept_len);
    } else if (s->kept) { free(s->kept); s->kept = NULL; }
}

static void connected(struct sock *s) {
    int error = 0;
    socklen_t size = sizeof error;
    getsockopt(s->fd, SOL_SOCKET, SO_ERROR, &error, &size);
    if (error) { errno = error; perror("connect"); lose(s); } else shake(s);
}

/* What the place of triggers answers is read and, unless it is an error, forgotten. */
static void drain_triggers(void) {
    char said[65536];
    ssize_t n = read(trigger_fd, said, sizeof said - 1);
    if (n <= 0) return;
    said[n] = 0;
    if (*said == '-' || strstr(said, "\r\n-")) fprintf(stderr, "trigger refused: %.200s\n", said);
}

static int turn(int wait_ms) {
    struct epoll_event events[1024];
    int n = epoll_wait(epoll, events, 1024, wait_ms), asked = 0;
    for (int i = 0; i < n; i++) {
        uint32_t which = events[i].data.u32;
        if (which == UINT32_MAX) asked = 1;
        else if (which == UINT32_MAX - 1) drain_triggers();
        else if (socks[which].state == CONNECTING) connected(&socks[which]);
        else if (socks[which].state != LOST) take(&socks[which]);
    }
    return asked;
}

static void read_paths(const char *file) {
    static char line[512];
    FILE *f = fopen(file, "r");
    if (!f) die(file);
    for (path_count = 0; path_count < GROUPS && fgets(line, sizeof line, f);) {
        line[strcspn(line, "\n")] = 0;
        paths[path_count++] = strdup(line);
    }
    fclose(f);
}

static struct trigger *read_triggers(const char *file, int *count) {
    FILE *f = fopen(file, "r");
    if (!f) die(file);
    struct trigger *all = calloc(65536, sizeof *all);
    for (*count = 0; fread(&all[*count], 4, 3, f) == 3; (*count)++) {
        all[*count].bytes = malloc(all[*count].len);
        if (fread(all[*count].bytes, 1, all[*count].len, f) != all[*count].len) die("triggers");
    }
    fclose(f);
    return all;
}

static void cause(struct trigger *t) { put(trigger_fd, t->bytes, t->len); }

static void do_connect(int n, int most, const char *file) {
    read_paths(file);
    double start = now_ms();
    int had = ready, lost_before = lost;
    wanted = opened + n;
    while (ready + lost - had - lost_before < n && now_ms() - start < 60000) {
        while (opened < wanted && in_flight < most) open_one();
        turn(100);
    }
    printf("{\"connected\":%d,\"lost\":%d,\"ms\":%.3f,\"snapshot_bytes\":%d}\n", ready - had,
           lost - lost_before, now_ms() - start, snapshot_bytes);
}

static void do_fan(const char *file, int pause_ms) {
    int count, missing = 0;
    struct trigger *all = read_triggers(file, &count);
    printf("{\"last_ms\":[");
    for (int i = 0; i < count; i++) {
        double until = now_ms() + pause_ms;
        for (double now; (now = now_ms()) < until;) turn(until - now > 1 ? until - now : 1);
        expected_seq = all[i].seq, got = 0;
        double start = now_ms();
        cause(&all[i]);
        while (got < ready && now_ms() - start < 20000) turn(100);
        missing += ready - got;
        printf("%s%.3f", i ? "," : "", last_at - start);
    }
    printf("],\"missing\":%d,\"event_bytes\":%d}\n", missing, event_bytes);
    expected_seq = UINT32_MAX;
}

static int by_size(const void *a, const void *b) {
    double x = *(double *)a, y = *(double *)b;
    return (x > y) - (x < y);
}

static double part(double share) {
    long n = heard < capacity ? heard : capacity;
    return n ? latencies[(long)(share * (n - 1))] : -1;
}

static void do_mix(const char *file, double per_second) {
    int count;
    struct trigger *all = read_triggers(file, &count);
    static long audience[GROUPS];
    memset(audience, 0, sizeof audience);
    for (int i = 0; i < opened; i++) if (socks[i].state == LISTENING) audience[socks[i].group]++;
    capacity = heard = 0;
    for (int i = 0; i < count; i++) capacity += audience[all[i].group];
    latencies = calloc(capacity + 1, sizeof *latencies);
    memset(said_at, 0, sizeof said_at);
    for (int i = count - 1; i >= 0; i--) first_seq[all[i].group] = all[i].seq;
    recording = 1;
    double start = now_ms(), late = 0;
    for (int i = 0; i < count; i++) {
        double due = start + i * 1000.0 / per_second;
        for (double now; (now = now_ms()) < due;) turn(due - now > 1 ? due - now : 0);
        double at = now_ms();
        if (at - due > late) late = at - due;
        said_at[all[i].group][all[i].seq - first_seq[all[i].group]] = at;
        cause(&all[i]);
    }
    double end = now_ms();
    while (heard < capacity && now_ms() - end < 3000) turn(50);
    recording = 0;
    qsort(latencies, heard < capacity ? heard : capacity, sizeof *latencies, by_size);
    printf("{\"messages\":%ld,\"missing\":%ld,\"p50_ms\":%.3f,\"p99_ms\":%.3f,\"p999_ms\":%.3f,\"max_ms\":%.3f,"
           "\"trigger_late_ms\":%.3f}\n", heard, capacity - heard, part(.5), part(.99), part(.999), part(1), late);
}

static void reach_triggers(const char *preamble) {
    trigger_fd = socket(AF_INET, SOCK_STREAM, 0);
    if (connect(trigger_fd, (struct sockaddr *)&trigger_address, sizeof trigger_address))
        die("trigger");
    int one = 1;
    setsockopt(trigger_fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
    fcntl(trigger_fd, F_SETFL, O_NONBLOCK);
    if (strcmp(preamble, "-")) {
        FILE *f = fopen(preamble, "r");
        if (!f) die(preamble);
        size_t n = fread(buffer, 1, sizeof buffer, f);
        fclose(f);
        put(trigger_fd, buffer, n);
    }
    struct epoll_event e = {EPOLLIN, {.u32 = UINT32_MAX - 1}};
    epoll_ctl(epoll, EPOLL_CTL_ADD, trigger_fd, &e);
}

static void obey(char *line) {
    char file[512];
    int n, most;
    double rate;
    if (sscanf(line, "connect %d %d %511s", &n, &most, file) == 3) do_connect(n, most, file);
    else if (sscanf(line, "fan %511s %d", file, &n) == 2) do_fan(file, n);
    else if (sscanf(line, "mix %511s %lf", file, &rate) == 2) do_mix(file, rate);
    else if (sscanf(line, "say %511s", file) == 1) {
        struct trigger *all = read_triggers(file, &n);
        for (int i = 0; i < n; i++) cause(&all[i]);
        printf("{\"said\":%d}\n", n);
    } else exit(0);
    fflush(stdout);
}

int main(int argc, char **argv) {
    if (argc != 7) { fprintf(stderr, "crowd HOST PORT HELLO SNAPSHOT TRIGGER_PORT PREAMBLE\n"); return 2; }
    static char hosted[128];
    snprintf(hosted, sizeof hosted, "%s:%s", argv[1], argv[2]);
    host = hosted, hello = strcmp(argv[3], "-") ? argv[3] : NULL, need_snapshot = atoi(argv[4]);
    address.sin_family = trigger_address.sin_family = AF_INET;
    address.sin_addr.s_addr = trigger_address.sin_addr.s_addr = inet_addr(argv[1]);
    address.sin_port = htons(atoi(argv[2])), trigger_address.sin_port = htons(atoi(argv[5]));
    epoll = epoll_create1(0), expected_seq = UINT32_MAX;
    struct epoll_event e = {EPOLLIN, {.u32 = UINT32_MAX}};
    epoll_ctl(epoll, EPOLL_CTL_ADD, 0, &e);
    reach_triggers(argv[6]);
    static char line[1024];
    for (;;) {
        while (!turn(1000)) continue;
        size_t n = 0; /* one command at a time is sent: read it whole */
        while (n < sizeof line - 1) {
            ssize_t one = read(0, line + n, 1);
            if (one <= 0) return 0;
            if (line[n++] == '\n') break;
        }
        line[n] = 0;
        obey(line);
    }
}
