#pragma once

#include <curl/curl.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

// Swift cannot call curl_easy_setopt, which is variadic.

struct keepsight_body {
    char *bytes;
    size_t count;
    size_t capacity;
};

static inline size_t keepsight_collect(char *data, size_t size, size_t members, void *context) {
    struct keepsight_body *body = (struct keepsight_body *)context;
    size_t length = size * members;
    size_t room = body->capacity - body->count;
    size_t taken = length < room ? length : room;
    memcpy(body->bytes + body->count, data, taken);
    body->count += taken;
    return length;
}

// GETs a page into the buffer, cut at its capacity. Returns the HTTP status, or 0 when nobody answered.
static inline long keepsight_get(const char *url, long timeout_milliseconds, char *bytes, size_t capacity, size_t *count) {
    CURL *handle = curl_easy_init();
    if (handle == NULL) return 0;
    struct keepsight_body body = {bytes, 0, capacity};
    long status = 0;
    curl_easy_setopt(handle, CURLOPT_URL, url);
    curl_easy_setopt(handle, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(handle, CURLOPT_TIMEOUT_MS, timeout_milliseconds);
    curl_easy_setopt(handle, CURLOPT_PROXY, "");
    curl_easy_setopt(handle, CURLOPT_WRITEFUNCTION, keepsight_collect);
    curl_easy_setopt(handle, CURLOPT_WRITEDATA, &body);
    if (curl_easy_perform(handle) == CURLE_OK) curl_easy_getinfo(handle, CURLINFO_RESPONSE_CODE, &status);
    curl_easy_cleanup(handle);
    *count = body.count;
    return status;
}

// One mail or one POST. Everything that it needs is copied, so that nothing of Swift's is looked at while it runs.
struct keepsight_transfer {
    CURL *easy;
    // The recipients of a mail, the headers of a POST.
    struct curl_slist *list;
    char *bytes;
    size_t count;
    size_t sent;
    size_t received;
    // Looked at while it runs: other than 0 ends it.
    const int *stop;
    // Its open sockets, each more by one; 0 is a free place. libcurl may try two addresses at once.
    int sockets[4];
    pthread_t thread;
    int is_running;
    // What came of it; CURLE_ABORTED_BY_CALLBACK until something has.
    CURLcode result;
    // The HTTP status, or the mail server's last reply before its goodbye; 0 where there was none.
    long status;
};

enum { keepsight_sockets = 4 };

// More of an answer than this is not read.
enum { keepsight_answer_limit = 65536 };

static inline size_t keepsight_give(char *buffer, size_t size, size_t members, void *context) {
    struct keepsight_transfer *transfer = (struct keepsight_transfer *)context;
    size_t room = size * members;
    size_t rest = transfer->count - transfer->sent;
    size_t given = rest < room ? rest : room;
    memcpy(buffer, transfer->bytes + transfer->sent, given);
    transfer->sent += given;
    return given;
}

static inline size_t keepsight_ignore(char *data, size_t size, size_t members, void *context) {
    struct keepsight_transfer *transfer = (struct keepsight_transfer *)context;
    (void)data;
    transfer->received += size * members;
    return transfer->received <= keepsight_answer_limit ? size * members : 0;
}

// libcurl says goodbye after a refusal, and the reply to that would hide the refusal's own code.
static inline size_t keepsight_note_reply(char *line, size_t size, size_t members, void *context) {
    struct keepsight_transfer *transfer = (struct keepsight_transfer *)context;
    size_t length = size * members;
    if (length >= 4 && line[3] == ' ') {
        long code = 0;
        for (int place = 0; place < 3; place++) {
            if (line[place] < '0' || line[place] > '9') return length;
            code = code * 10 + (line[place] - '0');
        }
        if (code != 221) transfer->status = code;
    }
    return length;
}

static inline void keepsight_shut(struct keepsight_transfer *transfer) {
    for (int place = 0; place < keepsight_sockets; place++) {
        if (transfer->sockets[place] > 0) shutdown(transfer->sockets[place] - 1, SHUT_RDWR);
    }
}

static inline int keepsight_look_at_stop(
    void *context, curl_off_t download_total, curl_off_t downloaded, curl_off_t upload_total, curl_off_t uploaded) {
    struct keepsight_transfer *transfer = (struct keepsight_transfer *)context;
    (void)download_total, (void)downloaded, (void)upload_total, (void)uploaded;
    if (transfer->stop == NULL || __atomic_load_n(transfer->stop, __ATOMIC_RELAXED) == 0) return 0;
    // What is left then is the goodbye, and nobody waits for its reply on a connection that is shut.
    keepsight_shut(transfer);
    return 1;
}

static inline int keepsight_note_open(void *context, curl_socket_t socket, curlsocktype purpose) {
    struct keepsight_transfer *transfer = (struct keepsight_transfer *)context;
    (void)purpose;
    for (int place = 0; place < keepsight_sockets; place++) {
        if (transfer->sockets[place] != 0) continue;
        transfer->sockets[place] = socket + 1;
        break;
    }
    return CURL_SOCKOPT_OK;
}

static inline int keepsight_note_closed(void *context, curl_socket_t socket) {
    struct keepsight_transfer *transfer = (struct keepsight_transfer *)context;
    for (int place = 0; place < keepsight_sockets; place++) {
        if (transfer->sockets[place] == socket + 1) transfer->sockets[place] = 0;
    }
    return close(socket);
}

static inline void keepsight_transfer_free(struct keepsight_transfer *transfer) {
    if (transfer == NULL) return;
    if (transfer->easy != NULL) curl_easy_cleanup(transfer->easy);
    curl_slist_free_all(transfer->list);
    free(transfer->bytes);
    free(transfer);
}

// NULL when memory is short.
static inline struct keepsight_transfer *keepsight_transfer_new(
    const char *url, const char *bytes, size_t count, long timeout_milliseconds, const char *ca_file) {
    struct keepsight_transfer *transfer = (struct keepsight_transfer *)calloc(1, sizeof *transfer);
    if (transfer == NULL) return NULL;
    transfer->result = CURLE_ABORTED_BY_CALLBACK;
    transfer->easy = curl_easy_init();
    transfer->bytes = (char *)malloc(count > 0 ? count : 1);
    if (transfer->easy == NULL || transfer->bytes == NULL) {
        keepsight_transfer_free(transfer);
        return NULL;
    }
    memcpy(transfer->bytes, bytes, count);
    transfer->count = count;
    // Each transfer has a connection of its own, and ends it while it runs.
    curl_easy_setopt(transfer->easy, CURLOPT_FORBID_REUSE, 1L);
    curl_easy_setopt(transfer->easy, CURLOPT_NOPROGRESS, 0L);
    curl_easy_setopt(transfer->easy, CURLOPT_XFERINFOFUNCTION, keepsight_look_at_stop);
    curl_easy_setopt(transfer->easy, CURLOPT_XFERINFODATA, transfer);
    curl_easy_setopt(transfer->easy, CURLOPT_SOCKOPTFUNCTION, keepsight_note_open);
    curl_easy_setopt(transfer->easy, CURLOPT_SOCKOPTDATA, transfer);
    curl_easy_setopt(transfer->easy, CURLOPT_CLOSESOCKETFUNCTION, keepsight_note_closed);
    curl_easy_setopt(transfer->easy, CURLOPT_CLOSESOCKETDATA, transfer);
    curl_easy_setopt(transfer->easy, CURLOPT_URL, url);
    curl_easy_setopt(transfer->easy, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(transfer->easy, CURLOPT_PROXY, "");
    curl_easy_setopt(transfer->easy, CURLOPT_TIMEOUT_MS, timeout_milliseconds);
    curl_easy_setopt(transfer->easy, CURLOPT_CONNECTTIMEOUT_MS, timeout_milliseconds);
    // Also for the reply to the goodbye, for which the time for the whole does not count and libcurl takes two minutes.
    curl_easy_setopt(transfer->easy, CURLOPT_SERVER_RESPONSE_TIMEOUT, (timeout_milliseconds + 999) / 1000);
    curl_easy_setopt(transfer->easy, CURLOPT_WRITEFUNCTION, keepsight_ignore);
    curl_easy_setopt(transfer->easy, CURLOPT_WRITEDATA, transfer);
    if (ca_file != NULL) curl_easy_setopt(transfer->easy, CURLOPT_CAINFO, ca_file);
    return transfer;
}

// A mail to one recipient. `starttls` other than 0: not without TLS. User and password may be NULL.
static inline struct keepsight_transfer *keepsight_mail_new(
    const char *url, const char *from, const char *to, const char *bytes, size_t count, long timeout_milliseconds,
    int starttls, const char *ca_file, const char *user, const char *password) {
    struct keepsight_transfer *transfer = keepsight_transfer_new(url, bytes, count, timeout_milliseconds, ca_file);
    if (transfer == NULL) return NULL;
    transfer->list = curl_slist_append(NULL, to);
    if (transfer->list == NULL) {
        keepsight_transfer_free(transfer);
        return NULL;
    }
    curl_easy_setopt(transfer->easy, CURLOPT_PROTOCOLS_STR, "smtp,smtps");
    curl_easy_setopt(transfer->easy, CURLOPT_USE_SSL, (long)(starttls ? CURLUSESSL_ALL : CURLUSESSL_NONE));
    curl_easy_setopt(transfer->easy, CURLOPT_MAIL_FROM, from);
    curl_easy_setopt(transfer->easy, CURLOPT_MAIL_RCPT, transfer->list);
    curl_easy_setopt(transfer->easy, CURLOPT_UPLOAD, 1L);
    curl_easy_setopt(transfer->easy, CURLOPT_READFUNCTION, keepsight_give);
    curl_easy_setopt(transfer->easy, CURLOPT_READDATA, transfer);
    curl_easy_setopt(transfer->easy, CURLOPT_INFILESIZE_LARGE, (curl_off_t)count);
    curl_easy_setopt(transfer->easy, CURLOPT_HEADERFUNCTION, keepsight_note_reply);
    curl_easy_setopt(transfer->easy, CURLOPT_HEADERDATA, transfer);
    if (user != NULL) curl_easy_setopt(transfer->easy, CURLOPT_USERNAME, user);
    if (password != NULL) curl_easy_setopt(transfer->easy, CURLOPT_PASSWORD, password);
    return transfer;
}

static inline struct keepsight_transfer *keepsight_post_new(
    const char *url, const char *bytes, size_t count, long timeout_milliseconds, const char *ca_file) {
    struct keepsight_transfer *transfer = keepsight_transfer_new(url, bytes, count, timeout_milliseconds, ca_file);
    if (transfer == NULL) return NULL;
    curl_easy_setopt(transfer->easy, CURLOPT_PROTOCOLS_STR, "http,https");
    // Whoever answers for the address named it in the policy; where somebody else points to is nobody's decision.
    curl_easy_setopt(transfer->easy, CURLOPT_FOLLOWLOCATION, 0L);
    curl_easy_setopt(transfer->easy, CURLOPT_POST, 1L);
    curl_easy_setopt(transfer->easy, CURLOPT_POSTFIELDS, transfer->bytes);
    curl_easy_setopt(transfer->easy, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)count);
    return transfer;
}

// Adds a header to a POST. 0 when memory is short.
static inline int keepsight_transfer_header(struct keepsight_transfer *transfer, const char *line) {
    struct curl_slist *longer = curl_slist_append(transfer->list, line);
    if (longer == NULL) return 0;
    transfer->list = longer;
    curl_easy_setopt(transfer->easy, CURLOPT_HTTPHEADER, transfer->list);
    return 1;
}

static inline void keepsight_transfer_end(struct keepsight_transfer *transfer, CURLcode result) {
    long status = 0;
    curl_easy_getinfo(transfer->easy, CURLINFO_RESPONSE_CODE, &status);
    if (transfer->status == 0) transfer->status = status;
    // The rest of a long answer is of no use; what it began with counts.
    int is_cut = result == CURLE_WRITE_ERROR && transfer->received > keepsight_answer_limit;
    transfer->result = is_cut ? CURLE_OK : result;
}

static inline void *keepsight_transfer_run(void *context) {
    struct keepsight_transfer *transfer = (struct keepsight_transfer *)context;
    keepsight_transfer_end(transfer, curl_easy_perform(transfer->easy));
    // What libcurl still holds it would bid goodbye to when the handle goes, and wait for the reply.
    keepsight_shut(transfer);
    return NULL;
}

// Runs the transfers beside each other, each on a thread of its own, and returns when each has ended. Not by the multi
// interface: for mail, libcurl waits for the last reply, and for the one to its goodbye, with the whole thread.
// What has no thread is left as it was. When `stop` is no longer 0, whatever has not ended does within about a second.
static inline void keepsight_transfers_run(struct keepsight_transfer **transfers, size_t count, const int *stop) {
    for (size_t place = 0; place < count; place++) {
        transfers[place]->stop = stop;
        transfers[place]->is_running =
            pthread_create(&transfers[place]->thread, NULL, keepsight_transfer_run, transfers[place]) == 0;
    }
    for (size_t place = 0; place < count; place++) {
        if (transfers[place]->is_running) pthread_join(transfers[place]->thread, NULL);
    }
}

static inline void keepsight_flag_raise(int *flag) { __atomic_store_n(flag, 1, __ATOMIC_RELAXED); }
