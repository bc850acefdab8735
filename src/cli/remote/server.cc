#include "cli/remote/server.h"

#include <CLI/CLI.hpp>
#include <fmt/format.h>

namespace tidemark::cli::remote {
namespace {

using nlohmann::json;

/// 200 firings or 1,000 findings with their reasons are less than half of it.
constexpr std::size_t kReplyMaxBytes = std::size_t{4} << 20;

/// "127.0.0.1:8470" of "http://127.0.0.1:8470/": the one place that this process may reach.
std::string authority_of(const std::string& url) {
  const std::size_t scheme = url.find("://");
  const std::size_t begin = scheme == std::string::npos ? 0 : scheme + 3;
  return url.substr(begin, url.find_first_of("/?#", begin) - begin);
}

Errc code_of(int status) {
  switch (status) {
    case 401:
    case 403:
      return Errc::denied;
    case 404:
      return Errc::not_found;
    case 503:
      return Errc::unavailable;
    default:
      return status >= 400 && status < 500 ? Errc::invalid : Errc::internal;
  }
}

/// The server's own words, if it has any.
std::string message_of(const json& reply, int status) {
  const auto error = reply.is_object() ? reply.find("error") : reply.end();
  if (error != reply.end() && error->is_object() && error->contains("message") &&
      (*error)["message"].is_string()) {
    return (*error)["message"];
  }
  return fmt::format("the server answered {}; is there a Tidemark at this address?", status);
}

}  // namespace

void add_options(CLI::App* command, Address* address) {
  command->add_option("--url", address->url, "Address of the server")->capture_default_str();
  command->add_option("--timeout", address->timeout_s, "Seconds to wait for the answer")
      ->capture_default_str()
      ->check(CLI::Range(0.1, 3600.0));
}

Result<std::unique_ptr<net::HttpClient>> make_client(const Address& address) {
  net::EgressRules rules;
  rules.allow = {authority_of(address.url)};
  const bool is_http = address.url.starts_with("http://") || address.url.starts_with("https://");
  auto policy = net::EgressPolicy::make(rules);
  if (!is_http || !policy) {
    return fail(Errc::invalid,
                fmt::format("--url must be http(s)://HOST:PORT, such as http://127.0.0.1:8470, not "
                            "'{}'",
                            address.url));
  }
  return net::make_curl_client(*std::move(policy));
}

Result<json> ask(net::HttpClient& client,
                 const Address& address,
                 const std::string& path,
                 const std::optional<json>& body) {
  net::HttpCall call;
  call.method = body ? "POST" : "GET";
  call.url = address.url;
  while (call.url.ends_with('/'))
    call.url.pop_back();
  call.url += "/api/tidemark/v1" + path;
  call.headers = {{"Accept", "application/json"}};
  if (body) {
    call.headers.push_back({"Content-Type", "application/json"});
    call.body = body->dump(-1, ' ', false, json::error_handler_t::replace);
  }
  call.timeout =
      std::chrono::duration_cast<Duration>(std::chrono::duration<double>(address.timeout_s));
  call.body_max_bytes = kReplyMaxBytes;
  auto reply = client.send(call);
  if (!reply) {
    // A name without an address is a server that cannot be reached, too.
    const Errc code = reply.error().code;
    if (code != Errc::io && code != Errc::not_found)
      return tl::unexpected(std::move(reply).error());
    return fail(
        Errc::unavailable,
        fmt::format("{}: {}; is `tidemark serve` running there?", address.url, reply.error().what));
  }
  json out = json::parse(reply->body, nullptr, false);
  if (reply->status != 200) return fail(code_of(reply->status), message_of(out, reply->status));
  if (!out.is_object()) return fail(Errc::internal, message_of(out, reply->status));
  return out;
}

Result<void> check_list(const json& answer, const char* member) {
  const auto found = answer.find(member);
  if (found != answer.end() && found->is_array()) return {};
  return fail(
      Errc::internal,
      fmt::format("the answer has no list '{}'; is there a Tidemark at this address?", member));
}

int refuse(const Error& error) {
  fmt::print(stderr, "tidemark: {}\n", error.what);
  switch (error.code) {
    case Errc::invalid:
    case Errc::not_found:
      return kWrongInput;
    case Errc::unavailable:
    case Errc::timeout:
      return kUnreachable;
    case Errc::denied:
      return kNotAllowed;
    default:
      return kFailed;
  }
}

}  // namespace tidemark::cli::remote
