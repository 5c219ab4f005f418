#pragma once

#include <curl/curl.h>
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
