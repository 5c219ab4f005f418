#pragma once

#include <curl/curl.h>
#include <stdlib.h>
#include <string.h>

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
    // What came of it; CURLE_ABORTED_BY_CALLBACK until something has.
    CURLcode result;
    // The HTTP status, or the mail server's last reply before its goodbye; 0 where there was none.
    long status;
};

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
    curl_easy_setopt(transfer->easy, CURLOPT_PRIVATE, transfer);
    curl_easy_setopt(transfer->easy, CURLOPT_URL, url);
    curl_easy_setopt(transfer->easy, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(transfer->easy, CURLOPT_PROXY, "");
    curl_easy_setopt(transfer->easy, CURLOPT_TIMEOUT_MS, timeout_milliseconds);
    curl_easy_setopt(transfer->easy, CURLOPT_CONNECTTIMEOUT_MS, timeout_milliseconds);
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

// Runs the transfers beside each other, on this thread, until each has ended or `stop` is no longer 0: then those that
// have not ended keep the result that they began with.
static inline void keepsight_transfers_run(
    CURLM *multi, struct keepsight_transfer **transfers, size_t count, const int *stop) {
    for (size_t place = 0; place < count; place++) curl_multi_add_handle(multi, transfers[place]->easy);
    int running = 1;
    while (running > 0 && __atomic_load_n(stop, __ATOMIC_RELAXED) == 0) {
        if (curl_multi_perform(multi, &running) != CURLM_OK) break;
        CURLMsg *message;
        int left = 0;
        while ((message = curl_multi_info_read(multi, &left)) != NULL) {
            struct keepsight_transfer *transfer = NULL;
            if (message->msg != CURLMSG_DONE) continue;
            CURLcode result = message->data.result;
            curl_easy_getinfo(message->easy_handle, CURLINFO_PRIVATE, (char **)&transfer);
            if (transfer != NULL) keepsight_transfer_end(transfer, result);
        }
        if (running > 0 && curl_multi_poll(multi, NULL, 0, 100, NULL) != CURLM_OK) break;
    }
    for (size_t place = 0; place < count; place++) curl_multi_remove_handle(multi, transfers[place]->easy);
}

static inline void keepsight_flag_raise(int *flag) { __atomic_store_n(flag, 1, __ATOMIC_RELAXED); }
