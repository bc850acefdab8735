#include "web/ui_files.h"

#include <algorithm>

#include "codec/gzip.h"
#include "web/accepts_gzip.h"

namespace tidemark::web {
namespace {

constexpr std::string_view kRoutes[] = {"/", "/now", "/explore", "/alarms", "/calendars"};
constexpr std::string_view kPolicy =
    "default-src 'self'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' "
    "data:; "
    "object-src 'none'; frame-ancestors 'none'; base-uri 'none'";
constexpr std::string_view kNoUi =
    "<!doctype html><title>Tidemark</title><p>This program was built without its web UI. "
    "<code>make build</code> builds both.</p>";

bool is_route(std::string_view path) {
  return std::find(std::begin(kRoutes), std::end(kRoutes), path) != std::end(kRoutes) ||
         path.starts_with("/alarms/");
}

const UiFile* find_file(std::string_view path) {
  const auto files = ui_files();
  const auto found = std::find_if(
      files.begin(), files.end(), [path](const UiFile& file) { return file.path == path; });
  return found == files.end() ? nullptr : &*found;
}

net::HttpResponse send_file(const UiFile& file, const net::HttpRequest& request) {
  net::HttpResponse out;
  out.headers = page_headers(file.content_type);
  out.headers.push_back({"ETag", std::string(file.etag)});
  // Assets carry their hash in the name; the page itself must be asked for again.
  const bool hashed = file.path.starts_with("/assets/");
  out.headers.push_back(
      {"Cache-Control", hashed ? "public, max-age=31536000, immutable" : "no-cache"});
  out.headers.push_back({"Vary", "Accept-Encoding"});
  if (request.header("if-none-match").value_or("") == file.etag) {
    out.status = 304;
    return out;
  }
  if (accepts_gzip(request.header("accept-encoding").value_or(""))) {
    out.headers.push_back({"Content-Encoding", "gzip"});
    out.body = file.gzip;
    return out;
  }
  auto plain = codec::inflate(file.gzip);
  if (!plain) return net::json_error(500, "internal", plain.error().what);
  out.body = *std::move(plain);
  return out;
}

}  // namespace

std::vector<net::Header> page_headers(std::string_view content_type) {
  return {{"Content-Type", std::string(content_type)},
          {"Content-Security-Policy", std::string(kPolicy)},
          {"X-Content-Type-Options", "nosniff"},
          {"Referrer-Policy", "no-referrer"}};
}

std::optional<net::HttpResponse> answer_ui(const net::HttpRequest& request) {
  if (request.method != "GET" && request.method != "HEAD") return std::nullopt;
  const UiFile* file = find_file(request.path);
  if (file == nullptr && is_route(request.path)) {
    file = find_file("/index.html");
    if (file == nullptr) {
      return net::HttpResponse{
          200, page_headers("text/html; charset=utf-8"), std::string(kNoUi), nullptr};
    }
  }
  if (file == nullptr) return std::nullopt;
  return send_file(*file, request);
}

}  // namespace tidemark::web
