// Percent and query decoding, request heads and the egress URL classifier over any bytes. The
// resolver answers with an address inside, so that no name may ever pass.
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/assert.h"
#include "net/egress.h"
#include "net/http.h"
#include "net/server/head.h"

namespace tidemark::net {
namespace {

void check_decoding(std::string_view bytes) {
  const auto decoded = percent_decode(percent_encode(bytes));
  TM_ASSERT(decoded && *decoded == bytes);
  const auto once = percent_decode(bytes);
  TM_ASSERT(!once || once->size() <= bytes.size());
  if (const auto params = parse_query(bytes)) {
    std::string again;
    for (const auto& [name, value] : *params) {
      again += percent_encode(name) + "=" + percent_encode(value) + "&";
    }
    const auto reread = parse_query(again);
    TM_ASSERT(reread && *reread == *params);
  }
}

void check_head(std::string_view bytes) {
  server::HeadScanner whole;
  const server::HeadScan at_once = whole.scan(bytes);
  server::HeadScanner piecewise;
  server::HeadScan in_pieces;
  for (std::size_t size = 1; size <= bytes.size(); ++size) {
    in_pieces = piecewise.scan(bytes.substr(0, size));
    if (in_pieces.state != server::HeadScan::State::incomplete) break;
  }
  TM_ASSERT(at_once.state == in_pieces.state && at_once.size == in_pieces.size);
  HttpRequest request;
  request.method = "GET";
  request.target = bytes;
  request.headers = {{"Host", std::string(bytes)}, {"Content-Length", std::string(bytes)}};
  const auto refusal = server::refusal_of_head(request, 1, {100, {"served.example"}});
  TM_ASSERT(!refusal || server::is_sendable(*refusal));
}

void check_egress(std::string_view bytes) {
  static const EgressPolicy kStrict =
      std::move(*EgressPolicy::make({}, [](const std::string&) -> Result<std::vector<IpAddress>> {
        return std::vector<IpAddress>{*parse_ip("10.0.0.1")};
      }));
  const auto target = kStrict.check(std::string(bytes));
  if (!target) return;
  TM_ASSERT(target->scheme == "https" && target->addresses.size() == 1);
  TM_ASSERT(special_kind(target->addresses[0]).empty());
  // What passed is already in its one spelling: checking it again changes nothing.
  const auto again = kStrict.check(target->url);
  TM_ASSERT(again && again->url == target->url && again->addresses == target->addresses);
}

}  // namespace
}  // namespace tidemark::net

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  tidemark::net::check_decoding(bytes);
  tidemark::net::check_head(bytes);
  tidemark::net::check_egress(bytes);
  return 0;
}
