#include "web/aws/metric_data_token.h"

#include <nlohmann/json.hpp>

#include "base/bytes.h"
#include "base/crc32c.h"
#include "codec/document.h"
#include "model/metric_query_json.h"

namespace tidemark::web::aws {
namespace {

constexpr std::uint8_t kVersion = 1;

Result<MetricDataToken> read(std::string_view bytes) {
  ByteSource in(bytes);
  TM_TRY(const auto version, in.u8());
  if (version != kVersion) return fail(Errc::corrupt, "a token of another version");
  MetricDataToken out;
  TM_TRY(out.request, in.u32());
  TM_TRY(const auto asked_at, in.svarint());
  out.asked_at = Timestamp::from_ns(asked_at);
  TM_TRY(out.after.query, in.varint());
  TM_TRY(out.after.member, in.varint());
  TM_TRY(out.after.member_hash, in.u32());
  TM_TRY(const auto has_point, in.u8());
  if (has_point != 0) {
    TM_TRY(const auto at, in.svarint());
    out.after.at = Timestamp::from_ns(at);
  }
  if (!in.empty()) return fail(Errc::corrupt, "bytes behind the token");
  return out;
}

}  // namespace

std::uint32_t request_hash(std::span<const MetricQuery> queries,
                           const query::PeriodRange& range,
                           bool descending,
                           std::string_view region) {
  ByteSink out;
  out.i64(range.from.ns());
  out.i64(range.to.ns());
  out.u8(descending ? 1 : 0);
  out.text(region);
  // A text that is no UTF-8 is no reason to stop.
  constexpr auto kLenient = nlohmann::json::error_handler_t::replace;
  out.text(to_json({queries.begin(), queries.end()}).dump(-1, ' ', false, kLenient));
  return crc32c(out.view());
}

std::string to_text(const MetricDataToken& token) {
  ByteSink out;
  out.u8(kVersion);
  out.u32(token.request);
  out.svarint(token.asked_at.ns());
  out.varint(token.after.query);
  out.varint(token.after.member);
  out.u32(token.after.member_hash);
  out.u8(token.after.at ? 1 : 0);
  if (token.after.at) out.svarint(token.after.at->ns());
  return codec::encode_base64(out.view());
}

std::optional<MetricDataToken> parse_metric_data_token(std::string_view text) {
  const auto bytes = codec::decode_base64(text);
  if (!bytes) return std::nullopt;
  auto token = read(*bytes);
  if (!token) return std::nullopt;
  return *std::move(token);
}

}  // namespace tidemark::web::aws
