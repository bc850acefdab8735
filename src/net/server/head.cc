#include "net/server/head.h"

#include <algorithm>
#include <array>
#include <charconv>

#include <fmt/format.h>

#include "base/people_bytes.h"

namespace tidemark::net::server {
namespace {

using State = HeadScan::State;

/// `METHOD SP target SP HTTP/1.x`, exactly two spaces.
bool is_request_line(std::string_view line) {
  if (std::count(line.begin(), line.end(), ' ') != 2) return false;
  const std::size_t method_end = line.find(' ');
  const std::size_t target_end = line.rfind(' ');
  if (!is_header_name(line.substr(0, method_end)) || target_end == method_end + 1) return false;
  const std::string_view version = line.substr(target_end + 1);
  return version == "HTTP/1.1" || version == "HTTP/1.0";
}

/// Printable ASCII only, so that a hostile name can be shown.
std::string shown(std::string_view text) {
  std::string out(text.substr(0, 100));
  for (char& c : out) {
    if (c < 0x20 || c > 0x7e) c = '?';
  }
  return out;
}

std::size_t count_headers(const HttpRequest& request, std::string_view name) {
  return static_cast<std::size_t>(
      std::count_if(request.headers.begin(), request.headers.end(), [&](const Header& h) {
        return equal_ignoring_case(h.name, name);
      }));
}

HttpResponse bad_request(std::string_view why) {
  return json_error(400, "bad_request", why);
}

/// Reads the target; nullopt when it is not one. Gives the authority of an absolute form.
std::optional<std::string> split_target(HttpRequest& request) {
  std::string authority;
  std::string_view rest = request.target;
  constexpr std::string_view kScheme = "http://";
  if (rest.size() > kScheme.size() &&
      equal_ignoring_case(rest.substr(0, kScheme.size()), kScheme)) {
    rest.remove_prefix(kScheme.size());
    authority = rest.substr(0, rest.find_first_of("/?"));
    rest.remove_prefix(authority.size());
    request.target = rest.starts_with('/') ? std::string(rest) : "/" + std::string(rest);
    rest = request.target;
  }
  const bool asterisk = rest == "*" && request.method == "OPTIONS";
  if (!rest.starts_with('/') && !asterisk) return std::nullopt;
  const std::size_t mark = rest.find('?');
  request.path = rest.substr(0, mark);
  request.query = mark == std::string_view::npos ? "" : rest.substr(mark + 1);
  return authority;
}

std::optional<HttpResponse> refusal_of_framing(const HttpRequest& request,
                                               unsigned minor,
                                               std::size_t body_bytes) {
  const std::size_t lengths = count_headers(request, "Content-Length");
  const std::size_t encodings = count_headers(request, "Transfer-Encoding");
  if (lengths > 1) return bad_request("more than one Content-Length");
  if (lengths > 0 && encodings > 0) {
    return bad_request("both Content-Length and Transfer-Encoding");
  }
  if (encodings > 0) {
    if (minor == 0) return bad_request("Transfer-Encoding in an HTTP/1.0 request");
    if (encodings > 1 || !equal_ignoring_case(*request.header("Transfer-Encoding"), "chunked")) {
      return bad_request("Transfer-Encoding must be chunked");
    }
  }
  if (lengths == 1) {
    const std::string_view text = *request.header("Content-Length");
    std::uint64_t length = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), length);
    if (error != std::errc() || end != text.data() + text.size()) {
      return bad_request("Content-Length is not a number");
    }
    if (length > body_bytes) {
      return json_error(
          413,
          "body_too_large",
          fmt::format("body {} exceeds {}", people_bytes(length), people_bytes(body_bytes)));
    }
  }
  return std::nullopt;
}

std::string_view reason(int status) {
  constexpr std::array<std::pair<int, std::string_view>, 32> kReasons{
      {{200, "OK"},
       {201, "Created"},
       {202, "Accepted"},
       {204, "No Content"},
       {206, "Partial Content"},
       {301, "Moved Permanently"},
       {302, "Found"},
       {303, "See Other"},
       {304, "Not Modified"},
       {307, "Temporary Redirect"},
       {308, "Permanent Redirect"},
       {400, "Bad Request"},
       {401, "Unauthorized"},
       {403, "Forbidden"},
       {404, "Not Found"},
       {405, "Method Not Allowed"},
       {406, "Not Acceptable"},
       {408, "Request Timeout"},
       {409, "Conflict"},
       {410, "Gone"},
       {412, "Precondition Failed"},
       {413, "Content Too Large"},
       {415, "Unsupported Media Type"},
       {417, "Expectation Failed"},
       {421, "Misdirected Request"},
       {422, "Unprocessable Content"},
       {429, "Too Many Requests"},
       {431, "Request Header Fields Too Large"},
       {500, "Internal Server Error"},
       {501, "Not Implemented"},
       {503, "Service Unavailable"},
       {504, "Gateway Timeout"}}};
  for (const auto& [code, text] : kReasons) {
    if (code == status) return text;
  }
  return "Status";
}

bool is_ours(std::string_view name) {
  return equal_ignoring_case(name, "Content-Length") || equal_ignoring_case(name, "Connection") ||
         equal_ignoring_case(name, "Transfer-Encoding") || equal_ignoring_case(name, "Date");
}

}  // namespace

std::string_view HeadScanner::fault_at(std::string_view bytes, std::size_t at) const {
  const char c = bytes[at];
  const bool after_cr = at > 0 && bytes[at - 1] == '\r';
  if (c == '\n') {
    if (!after_cr) return "line ends without CR";
    const std::string_view line = bytes.substr(line_start_, at - 1 - line_start_);
    return line_start_ == 0 && !is_request_line(line) ? "not an HTTP/1.x request line" : "";
  }
  if (after_cr) return "CR without LF";
  if (at == line_start_ && (c == ' ' || c == '\t')) return "folded header line";
  if ((static_cast<unsigned char>(c) < 0x20 && c != '\t' && c != '\r') || c == 0x7f) {
    return "control character in the request head";
  }
  return "";
}

HeadScan HeadScanner::scan(std::string_view bytes) {
  for (; next_ < bytes.size(); ++next_) {
    const std::string_view fault = fault_at(bytes, next_);
    if (!fault.empty()) return {State::bad, 0, fault};
    if (bytes[next_] != '\n') continue;
    if (next_ == line_start_ + 1) return {State::complete, next_ + 1, {}};
    line_start_ = next_ + 1;
  }
  return {State::incomplete, 0, {}};
}

std::string normal_host(std::string_view host) {
  if (host.starts_with('[')) {
    host = host.substr(1, host.find(']') - 1);
  } else if (std::count(host.begin(), host.end(), ':') == 1) {
    host = host.substr(0, host.find(':'));
  }
  std::string out(host);
  std::transform(out.begin(), out.end(), out.begin(), [](char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  });
  return out;
}

std::optional<HttpResponse> refusal_of_head(HttpRequest& request,
                                            unsigned minor,
                                            const HeadRules& rules) {
  const std::size_t named = count_headers(request, "Host");
  if (named > 1) return bad_request("more than one Host header");
  if (named == 0 && minor > 0) return bad_request("no Host header");
  const auto authority = split_target(request);
  if (!authority) return bad_request("the request target is not a path");
  if (named == 1 && !rules.hosts.empty()) {
    const std::string host(authority->empty() ? *request.header("Host") : *authority);
    if (std::find(rules.hosts.begin(), rules.hosts.end(), normal_host(host)) == rules.hosts.end()) {
      return json_error(
          421, "wrong_host", fmt::format("host \"{}\" is not served here", shown(host)));
    }
  }
  if (auto refusal = refusal_of_framing(request, minor, rules.body_bytes)) return refusal;
  const auto expect = request.header("Expect");
  if (expect && !equal_ignoring_case(*expect, "100-continue")) {
    return json_error(417, "expectation_failed", "only Expect: 100-continue is understood");
  }
  return std::nullopt;
}

std::string response_head(const HttpResponse& response, const Framing& framing) {
  std::string head = fmt::format("HTTP/1.1 {} {}\r\n", response.status, reason(response.status));
  for (const Header& header : response.headers) {
    if (!is_ours(header.name)) head += fmt::format("{}: {}\r\n", header.name, header.value);
  }
  if (!framing.date.empty()) head += fmt::format("Date: {}\r\n", framing.date);
  if (!framing.streaming && may_have_body(response.status)) {
    head += fmt::format("Content-Length: {}\r\n", response.body.size());
  }
  if (!framing.keep_alive) {
    head += "Connection: close\r\n";
  } else if (framing.http10) {
    head += "Connection: keep-alive\r\n";
  }
  return head + "\r\n";
}

bool is_sendable(const HttpResponse& response) {
  return response.status >= 200 && response.status <= 999 &&
         std::all_of(response.headers.begin(), response.headers.end(), [](const Header& h) {
           return is_header_name(h.name) && is_header_value(h.value);
         });
}

bool may_have_body(int status) {
  return status >= 200 && status != 204 && status != 304;
}

std::string http_date(Timestamp at) {
  constexpr std::array<std::string_view, 7> kDays{"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
  constexpr std::array<std::string_view, 12> kMonths{
      "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  const CivilTime civil = to_civil(at);
  return fmt::format("{}, {:02} {} {:04} {:02}:{:02}:{:02} GMT",
                     kDays[static_cast<std::size_t>(civil.weekday)],
                     civil.day,
                     kMonths[static_cast<std::size_t>(civil.month - 1)],
                     civil.year,
                     civil.hour,
                     civil.minute,
                     civil.second);
}

}  // namespace tidemark::net::server
