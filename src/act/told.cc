#include "act/told.h"

#include <algorithm>

#include "act/outbox/parcel.h"

namespace tidemark::act {
namespace {

// Keys of Slack have 24, of PagerDuty 32, names of people's own paths seldom as many.
constexpr std::size_t kSecretFrom = 16;
constexpr std::size_t kShownOfSecret = 4;

}  // namespace

std::optional<ToldChange> told_change(const Delivery& delivery) {
  const auto parcel = parcel_from_json(delivery.body);
  if (!parcel || parcel->new_state.empty()) return std::nullopt;
  return ToldChange{parcel->changed_at, parcel->old_state, parcel->new_state};
}

bool may_tell_of(const Delivery& delivery, std::string_view account, std::string_view region) {
  const auto parcel = parcel_from_json(delivery.body);
  if (!parcel || parcel->region.empty()) return true;  // kept by an earlier version
  return parcel->account == account && parcel->region == region;
}

std::string shown_endpoint(std::string_view endpoint) {
  const std::size_t scheme = endpoint.find("://");
  if (scheme == std::string_view::npos) return std::string(endpoint);
  endpoint = endpoint.substr(0, endpoint.find_first_of("?#"));
  std::string out(endpoint.substr(0, scheme + 3));
  const std::size_t path = std::min(endpoint.find('/', scheme + 3), endpoint.size());
  const auto host = endpoint.substr(scheme + 3, path - scheme - 3);
  const std::size_t user = host.rfind('@');
  out += user == std::string_view::npos ? host : host.substr(user + 1);
  for (std::size_t at = path; at < endpoint.size();) {
    const std::size_t end = std::min(endpoint.find('/', at + 1), endpoint.size());
    const auto part = endpoint.substr(at, end - at);  // with the slash before it
    const bool is_secret = part.size() > kSecretFrom;
    out += is_secret ? part.substr(0, 1 + kShownOfSecret) : part;
    if (is_secret) out += "…";
    at = end;
  }
  return out;
}

}  // namespace tidemark::act
