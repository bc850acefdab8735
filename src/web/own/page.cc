#include "web/own/page.h"

#include <algorithm>

#include <fmt/format.h>

#include "codec/document.h"

namespace tidemark::web::own {
namespace {

/// Base64 that needs no escapes in an address (RFC 4648, section 5), without padding.
std::string for_address(std::string text) {
  std::replace(text.begin(), text.end(), '+', '-');
  std::replace(text.begin(), text.end(), '/', '_');
  text.erase(text.find_last_not_of('=') + 1);
  return text;
}

std::string from_address(std::string text) {
  std::replace(text.begin(), text.end(), '-', '+');
  std::replace(text.begin(), text.end(), '_', '/');
  text.resize((text.size() + 3) / 4 * 4, '=');
  return text;
}

/// Null: not one that cursor_of() made for this list.
json key_in(const std::string& cursor, std::string_view list) {
  const auto bytes = codec::decode_base64(from_address(cursor));
  const json read = bytes ? json::parse(*bytes, nullptr, false) : json();
  const bool is_ours = read.is_array() && read.size() == 2 && read[0] == list;
  return is_ours ? read[1] : json();
}

}  // namespace

tl::expected<Page, ApiError> page_behind(const std::string& cursor,
                                         std::string_view list,
                                         std::size_t limit) {
  Page out{std::string(list), limit, {}};
  if (cursor.empty()) return out;
  out.behind = key_in(cursor, list);
  if (!out.behind.is_null()) return out;
  return invalid_field(
      "cursor",
      fmt::format("'{}' is no cursor of this list: it must be the next of the page "
                  "before",
                  cursor.substr(0, 100)));
}

tl::expected<Page, ApiError> read_page(const Context& context,
                                       std::string_view list,
                                       std::size_t limit_default,
                                       std::size_t limit_max) {
  const auto limit = context.number("limit", limit_default, 1, limit_max);
  if (!limit) return tl::unexpected(limit.error());
  return page_behind(context.param("cursor"), list, *limit);
}

std::string cursor_of(const Page& page, const json& key) {
  const json place = json::array({page.list, key});
  return for_address(
      codec::encode_base64(place.dump(-1, ' ', false, json::error_handler_t::replace)));
}

}  // namespace tidemark::web::own
