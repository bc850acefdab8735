#include "web/aws/metric_data_token.h"

#include <gtest/gtest.h>

#include "codec/document.h"

namespace tidemark::web::aws {
namespace {

MetricDataToken some_token() {
  return {0xfedcba98U, Timestamp::from_ns(-7), {3, 499, 12, Timestamp::from_s(1'383'264'000)}};
}

TEST(MetricDataToken, is_read_as_it_was_written) {
  MetricDataToken token = some_token();
  EXPECT_EQ(parse_metric_data_token(to_text(token)), token);
  token.after.at.reset();
  EXPECT_EQ(parse_metric_data_token(to_text(token)), token);
  token = {0, Timestamp::min(), {SIZE_MAX, 0, 0, Timestamp::max()}};
  EXPECT_EQ(parse_metric_data_token(to_text(token)), token);
}

TEST(MetricDataToken, is_nothing_else) {
  const std::string bytes = *codec::decode_base64(to_text(some_token()));
  for (std::size_t size = 0; size < bytes.size(); ++size) {
    const auto cut = codec::encode_base64(std::string_view(bytes).substr(0, size));
    EXPECT_EQ(parse_metric_data_token(cut), std::nullopt) << size;
  }
  EXPECT_EQ(parse_metric_data_token(codec::encode_base64(bytes + '\0')), std::nullopt);
  std::string newer = bytes;
  ++newer[0];
  EXPECT_EQ(parse_metric_data_token(codec::encode_base64(newer)), std::nullopt);
  for (const char* text : {"", "0", "7 ", "10", "bm9uZQ==", "====", "\xff"})
    EXPECT_EQ(parse_metric_data_token(text), std::nullopt) << text;
}

TEST(MetricDataToken, belongs_to_all_that_decides_on_points) {
  MetricQuery query;
  query.id = "m";
  query.metric_stat = MetricStat{
      {"1", "us-east-1", "N", "m", {}}, std::chrono::seconds(60), *parse_statistic("Sum"), {}};
  const query::PeriodRange range{Timestamp::from_s(0), Timestamp::from_s(60)};
  const auto hash = [&](const MetricQuery& of) {
    return request_hash(std::vector{of}, range, true, "us-east-1");
  };
  const std::uint32_t own = hash(query);
  EXPECT_EQ(hash(query), own);
  const std::vector queries{query};
  EXPECT_NE(request_hash(queries, range, false, "us-east-1"), own);
  EXPECT_NE(request_hash(queries, range, true, "eu-west-1"), own);
  EXPECT_NE(request_hash(queries, {range.from, Timestamp::from_s(61)}, true, "us-east-1"), own);
  EXPECT_NE(request_hash(queries, {Timestamp::from_s(1), range.to}, true, "us-east-1"), own);
  EXPECT_NE(request_hash(std::vector{query, query}, range, true, "us-east-1"), own);
  MetricQuery other = query;
  other.metric_stat->metric.dimensions = {{"d", "v"}};
  EXPECT_NE(hash(other), own);
  other = query;
  other.metric_stat->unit = "Count";
  EXPECT_NE(hash(other), own);
  other = query;
  other.return_data = false;
  EXPECT_NE(hash(other), own);
  other = query;
  other.label = "\xff";  // no UTF-8
  EXPECT_NE(hash(other), own);
}

}  // namespace
}  // namespace tidemark::web::aws
