#pragma once

#include <memory>
#include <optional>
#include <string>

#include <nlohmann/json.hpp>

#include "base/result.h"
#include "net/http_client.h"

namespace CLI {  // NOLINT(readability-identifier-naming): the library's own name
class App;
}  // namespace CLI

namespace tidemark::cli::remote {

/// Which running server a command asks.
struct Address {
  std::string url = "http://127.0.0.1:8470";
  double timeout_s = 60;
};

/// Adds --url and --timeout to a command; parsing fills `address`.
void add_options(CLI::App* command, Address* address);

/// A client that reaches that server and no other. `invalid`: not an address.
Result<std::unique_ptr<net::HttpClient>> make_client(const Address& address);

/// Asks `/api/tidemark/v1` + `path`: GET, or POST where there is a body. The answer is a JSON
/// object. `invalid` and `not_found`: the server refuses the request, in its own words; `denied`:
/// not allowed; `unavailable` and `timeout`: not reached or overloaded; `internal`: what answers is
/// no Tidemark.
Result<nlohmann::json> ask(net::HttpClient& client,
                           const Address& address,
                           const std::string& path,
                           const std::optional<nlohmann::json>& body = std::nullopt);

/// A list of it, which a Tidemark's answer to that path always has; `internal` where it is none.
Result<void> check_list(const nlohmann::json& answer, const char* member);

/// Exit codes of all commands that ask a server, besides 0 for a quiet end.
inline constexpr int kFailed = 1;
inline constexpr int kWrongInput = 2;
inline constexpr int kFound = 3;  ///< done, and something was found
inline constexpr int kUnreachable = 4;
inline constexpr int kNotAllowed = 5;
/// Says the error on standard error; the code to end with.
int refuse(const Error& error);

}  // namespace tidemark::cli::remote
