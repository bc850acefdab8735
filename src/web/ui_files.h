#pragma once

#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "net/http.h"

namespace tidemark::web {

/// A file of the web UI, compressed into the program at build time (tools/embed_ui.py).
struct UiFile {
  std::string_view path;  ///< "/assets/index-3f2a.js"
  std::string_view content_type;
  std::string_view etag;  ///< quoted
  std::string_view gzip;  ///< the content, as one gzip member
};
std::span<const UiFile> ui_files();

/// The headers of a page for people: what it may load, and that its address stays its own.
std::vector<net::Header> page_headers(std::string_view content_type);

/// The UI's answer to a GET or HEAD: a file, the page itself for any path of its own routes, the
/// way to it where a slash stands behind it; for a person at an address that nobody knows the page
/// with status 404. nullopt: not the UI's. Without a UI in the program the page says how to build
/// it.
std::optional<net::HttpResponse> answer_ui(const net::HttpRequest& request);

}  // namespace tidemark::web
