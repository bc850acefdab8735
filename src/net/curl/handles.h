#pragma once

#include <memory>
#include <string>

#include <curl/curl.h>

namespace tidemark::net::curl {

/// Must be called before any other use of curl; cheap after the first time.
inline void start_once() {
  static const CURLcode kStarted = curl_global_init(CURL_GLOBAL_DEFAULT);
  static_cast<void>(kStarted);
}

struct Closer {
  void operator()(CURL* handle) const { curl_easy_cleanup(handle); }
  void operator()(CURLU* handle) const { curl_url_cleanup(handle); }
  void operator()(curl_slist* list) const { curl_slist_free_all(list); }
  void operator()(curl_mime* mime) const { curl_mime_free(mime); }
  void operator()(char* text) const { curl_free(text); }
};

using Easy = std::unique_ptr<CURL, Closer>;
using Url = std::unique_ptr<CURLU, Closer>;
using Mime = std::unique_ptr<curl_mime, Closer>;

/// A list of lines for curl.
class Lines {
 public:
  void add(const std::string& line) {
    // The list moves only when the first line is added.
    curl_slist* grown = curl_slist_append(list_.get(), line.c_str());
    if (!list_) list_.reset(grown);
  }
  [[nodiscard]] curl_slist* get() const { return list_.get(); }

 private:
  std::unique_ptr<curl_slist, Closer> list_;
};

/// A part of a parsed URL; empty when it has none.
inline std::string url_part(CURLU* url, CURLUPart part, unsigned flags = 0) {
  char* raw = nullptr;
  if (curl_url_get(url, part, &raw, flags) != CURLUE_OK) return {};
  const std::unique_ptr<char, Closer> text(raw);
  return text.get();
}

}  // namespace tidemark::net::curl
