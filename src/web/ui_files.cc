#include "web/ui_files.h"

#include <algorithm>

#include "codec/gzip.h"
#include "web/accepts_gzip.h"
#include "web/browser.h"
#include "web/page_address.h"

namespace tidemark::web {
namespace {

constexpr std::string_view kPolicy =
    "default-src 'self'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' "
    "data:; "
    "object-src 'none'; frame-ancestors 'none'; base-uri 'none'";
constexpr std::string_view kNoUi =
    "<!doctype html><title>Tidemark</title><p>This program was built without its web UI. "
    "<code>make build</code> builds both.</p>";

const UiFile* find_file(std::string_view path) {
  const auto files = ui_files();
  const auto found = std::find_if(
      files.begin(), files.end(), [path](const UiFile& file) { return file.path == path; });
  return found == files.end() ? nullptr : &*found;
}

void put_content(const UiFile& file, const net::HttpRequest& request, net::HttpResponse* out) {
  out->headers.push_back({"Vary", "Accept-Encoding"});
  if (accepts_gzip(request.header("accept-encoding").value_or(""))) {
    out->headers.push_back({"Content-Encoding", "gzip"});
    out->body = file.gzip;
    return;
  }
  auto plain = codec::inflate(file.gzip);
  if (plain)
    out->body = *std::move(plain);
  else
    *out = net::json_error(500, "internal", plain.error().what);
}

net::HttpResponse send_file(const UiFile& file, const net::HttpRequest& request) {
  net::HttpResponse out;
  out.headers = page_headers(file.content_type);
  out.headers.push_back({"ETag", std::string(file.etag)});
  // Assets carry their hash in the name; the page itself must be asked for again.
  const bool hashed = file.path.starts_with("/assets/");
  out.headers.push_back(
      {"Cache-Control", hashed ? "public, max-age=31536000, immutable" : "no-cache"});
  if (request.header("if-none-match").value_or("") == file.etag) {
    out.headers.push_back({"Vary", "Accept-Encoding"});
    out.status = 304;
    return out;
  }
  put_content(file, request, &out);
  return out;
}

/// The page, which looks at its address itself: at one that is none it says so.
net::HttpResponse send_page(const net::HttpRequest& request, bool is_known) {
  const UiFile* file = find_file("/index.html");
  if (file != nullptr && is_known) return send_file(*file, request);
  net::HttpResponse out;
  out.status = is_known ? 200 : 404;
  out.headers = page_headers("text/html; charset=utf-8");
  if (!is_known) out.headers.push_back({"Cache-Control", "no-store"});
  if (file != nullptr)
    put_content(*file, request, &out);
  else
    out.body = kNoUi;
  return out;
}

net::HttpResponse redirect(std::string location, const std::string& query) {
  if (!query.empty()) location += "?" + query;
  return {308, {{"Location", std::move(location)}, {"Cache-Control", "no-cache"}}, "", nullptr};
}

/// Addresses signed as AWS signs them are no page's, whatever the client reads.
bool is_signed(const net::HttpRequest& request) {
  return request.header("authorization").value_or("").starts_with("AWS4-") ||
         request.query.find("X-Amz-Signature=") != std::string::npos;
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
  if (const UiFile* file = find_file(request.path)) return send_file(*file, request);
  if (is_page(request.path)) return send_page(request, true);
  if (auto page = page_without_slash(request.path))
    return redirect(*std::move(page), request.query);
  if (is_for_programs(request.path) || is_signed(request) || !is_from_browser(request))
    return std::nullopt;
  return send_page(request, false);
}

}  // namespace tidemark::web
