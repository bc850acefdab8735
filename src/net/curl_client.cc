#include <algorithm>
#include <array>

#include <fmt/format.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include "net/curl/handles.h"
#include "net/http_client.h"

namespace tidemark::net {
namespace {

constexpr std::size_t kHeadersMax = std::size_t{64} << 10;

/// One transfer: what curl's callbacks write to.
struct Transfer {
  const EgressTarget& target;
  std::size_t body_max_bytes;
  HttpReply reply;
  std::size_t header_bytes = 0;
  bool body_cut = false;
  bool headers_too_long = false;
};

std::size_t take_body(char* data, std::size_t, std::size_t size, void* raw) {
  auto& transfer = *static_cast<Transfer*>(raw);
  std::string& body = transfer.reply.body;
  const std::size_t kept = std::min(size, transfer.body_max_bytes - body.size());
  body.append(data, kept);
  transfer.body_cut = kept < size;
  return kept;
}

std::size_t take_header(char* data, std::size_t, std::size_t size, void* raw) {
  auto& transfer = *static_cast<Transfer*>(raw);
  transfer.header_bytes += size;
  if (transfer.header_bytes > kHeadersMax) {
    transfer.headers_too_long = true;
    return 0;
  }
  std::string_view line(data, size);
  if (line.starts_with("HTTP/")) transfer.reply.headers.clear();  // after a 100 Continue
  const std::size_t colon = line.find(':');
  if (colon == std::string_view::npos) return size;
  const auto trim = [](std::string_view text) {
    constexpr std::string_view kBlank = " \t\r\n";
    const std::size_t first = text.find_first_not_of(kBlank);
    if (first == std::string_view::npos) return std::string();
    return std::string(text.substr(first, text.find_last_not_of(kBlank) - first + 1));
  };
  transfer.reply.headers.push_back(
      {std::string(line.substr(0, colon)), trim(line.substr(colon + 1))});
  return size;
}

/// The last gate: whatever curl believes the name to mean, no other address is opened.
curl_socket_t open_checked(void* raw, curlsocktype, curl_sockaddr* to) {
  const EgressTarget& target = static_cast<Transfer*>(raw)->target;
  IpAddress address;
  if (to->family == AF_INET) {
    const auto* in = reinterpret_cast<const sockaddr_in*>(&to->addr);
    std::copy_n(reinterpret_cast<const std::uint8_t*>(&in->sin_addr), 4, address.bytes.begin());
  } else if (to->family == AF_INET6) {
    const auto* in = reinterpret_cast<const sockaddr_in6*>(&to->addr);
    std::copy_n(in->sin6_addr.s6_addr, 16, address.bytes.begin());
    address.v6 = true;
  } else {
    return CURL_SOCKET_BAD;
  }
  const auto& checked = target.addresses;
  if (std::find(checked.begin(), checked.end(), address) == checked.end()) return CURL_SOCKET_BAD;
  return ::socket(to->family, to->socktype | SOCK_CLOEXEC, to->protocol);
}

Error error_of(CURLcode code, const char* detail, const HttpCall& call, const Transfer& transfer) {
  const std::string place = transfer.target.place();
  if (code == CURLE_OPERATION_TIMEDOUT) {
    const auto seconds = std::chrono::duration<double>(call.timeout).count();
    return {Errc::timeout, fmt::format("{} did not answer within {} s", place, seconds)};
  }
  if (transfer.headers_too_long) {
    return {Errc::io, fmt::format("{} sent more than 64 KiB of headers", place)};
  }
  // TLS failures have a reason worth reading; other details may quote the URL.
  const bool tls = code == CURLE_PEER_FAILED_VERIFICATION || code == CURLE_SSL_CONNECT_ERROR;
  const char* const why = tls && *detail != '\0' ? detail : curl_easy_strerror(code);
  return {Errc::io, fmt::format("request to {} failed: {}", place, why)};
}

Result<void> check_call(const HttpCall& call) {
  if (!is_header_name(call.method)) return fail(Errc::invalid, "the method is not an HTTP method");
  for (const Header& header : call.headers) {
    if (!is_header_name(header.name) || !is_header_value(header.value)) {
      return fail(Errc::invalid, "a header name or value holds a character it must not");
    }
  }
  return {};
}

/// "host:port:a,b", what curl takes in place of asking the name server.
std::string pin(const EgressTarget& target) {
  std::string out = fmt::format("{}:{}:", target.host, target.port);
  for (const IpAddress& address : target.addresses) {
    if (!out.ends_with(':')) out += ',';
    out += address.v6 ? "[" + format_ip(address) + "]" : format_ip(address);
  }
  return out;
}

class CurlClient final : public HttpClient {
 public:
  explicit CurlClient(EgressPolicy policy) : policy_(std::move(policy)) { curl::start_once(); }

  Result<HttpReply> send(const HttpCall& call) override {
    TM_TRY_VOID(check_call(call));
    TM_TRY(const EgressTarget target, policy_.check(call.url));
    const curl::Easy easy(curl_easy_init());
    if (!easy) return fail(Errc::internal, "curl cannot start");
    Transfer transfer{target, call.body_max_bytes, {}, 0, false, false};
    curl::Lines headers;
    for (const Header& header : call.headers) {
      // curl reads "Name:" as "leave it out" and "Name;" as "send it empty".
      headers.add(header.value.empty() ? header.name + ";" : header.name + ": " + header.value);
    }
    headers.add("Expect:");
    if (!find_header(call.headers, "Content-Type")) headers.add("Content-Type:");
    curl::Lines pins;
    if (!parse_ip(target.host)) pins.add(pin(target));
    std::array<char, CURL_ERROR_SIZE> detail{};
    CURL* const raw = easy.get();
    curl_easy_setopt(raw, CURLOPT_ERRORBUFFER, detail.data());
    curl_easy_setopt(raw, CURLOPT_HTTPHEADER, headers.get());
    curl_easy_setopt(raw, CURLOPT_RESOLVE, pins.get());
    set_guards(raw, call.timeout);
    set_request(raw, call, target);
    set_callbacks(raw, transfer);
    const CURLcode code = curl_easy_perform(raw);
    if (code != CURLE_OK && !(code == CURLE_WRITE_ERROR && transfer.body_cut)) {
      return tl::unexpected(error_of(code, detail.data(), call, transfer));
    }
    long status = 0;
    curl_easy_getinfo(raw, CURLINFO_RESPONSE_CODE, &status);
    transfer.reply.status = static_cast<int>(status);
    return std::move(transfer.reply);
  }

 private:
  static void set_guards(CURL* raw, Duration timeout) {
    const auto ms = std::chrono::duration_cast<std::chrono::milliseconds>(timeout).count();
    const long at_least_one = std::max<long>(ms, 1);
    curl_easy_setopt(raw, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(raw, CURLOPT_TIMEOUT_MS, at_least_one);
    curl_easy_setopt(raw, CURLOPT_CONNECTTIMEOUT_MS, at_least_one);
    curl_easy_setopt(raw, CURLOPT_FOLLOWLOCATION, 0L);
    curl_easy_setopt(raw, CURLOPT_PROTOCOLS_STR, "http,https");
    curl_easy_setopt(raw, CURLOPT_PROXY, "");
    curl_easy_setopt(raw, CURLOPT_NOPROXY, "*");
    curl_easy_setopt(raw, CURLOPT_NETRC, static_cast<long>(CURL_NETRC_IGNORED));
    curl_easy_setopt(raw, CURLOPT_SSLVERSION, static_cast<long>(CURL_SSLVERSION_TLSv1_2));
  }

  static void set_request(CURL* raw, const HttpCall& call, const EgressTarget& target) {
    curl_easy_setopt(raw, CURLOPT_URL, target.url.c_str());
    curl_easy_setopt(raw, CURLOPT_USERAGENT, "tidemark");
    if (call.method == "HEAD") {
      curl_easy_setopt(raw, CURLOPT_NOBODY, 1L);
    } else if (call.method != "GET" || !call.body.empty()) {
      curl_easy_setopt(raw, CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(call.body.size()));
      curl_easy_setopt(raw, CURLOPT_POSTFIELDS, call.body.data());
      curl_easy_setopt(raw, CURLOPT_CUSTOMREQUEST, call.method.c_str());
    }
  }

  static void set_callbacks(CURL* raw, Transfer& transfer) {
    curl_easy_setopt(raw, CURLOPT_WRITEFUNCTION, &take_body);
    curl_easy_setopt(raw, CURLOPT_WRITEDATA, &transfer);
    curl_easy_setopt(raw, CURLOPT_HEADERFUNCTION, &take_header);
    curl_easy_setopt(raw, CURLOPT_HEADERDATA, &transfer);
    curl_easy_setopt(raw, CURLOPT_OPENSOCKETFUNCTION, &open_checked);
    curl_easy_setopt(raw, CURLOPT_OPENSOCKETDATA, &transfer);
  }

  const EgressPolicy policy_;
};

}  // namespace

std::unique_ptr<HttpClient> make_curl_client(EgressPolicy policy) {
  return std::make_unique<CurlClient>(std::move(policy));
}

}  // namespace tidemark::net
