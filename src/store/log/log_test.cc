#include <gtest/gtest.h>

#include "base/crc32c.h"
#include "store/log/frame.h"
#include "store/log/payload.h"

namespace tidemark::store {
namespace {

const std::string kUuid = "01234567-89ab-4cde-8f01-23456789abcd";

/// A segment of `count` records; `ends` gets the offset behind each.
std::string segment(int count, std::vector<std::size_t>* ends = nullptr) {
  ByteSink out;
  put_segment_header({kUuid, 3, 1, 77}, out);
  for (int i = 1; i <= count; ++i) {
    const std::string payload(static_cast<std::size_t>(10 * i), static_cast<char>('a' + i));
    put_frame({static_cast<std::uint64_t>(i), Timestamp::from_s(i), RecordType::note, payload},
              crc32c(payload),
              77,
              out);
    if (ends != nullptr) ends->push_back(out.size());
  }
  return std::move(out).take();
}

TEST(LogFrame, segment_comes_back) {
  const std::string bytes = segment(5);
  const auto scan = scan_segment(bytes, kUuid);
  ASSERT_TRUE(scan) << scan.error().what;
  EXPECT_EQ(scan->header.number, 3U);
  ASSERT_EQ(scan->records.size(), 5U);
  EXPECT_EQ(scan->records[4].payload, std::string(50, 'f'));
  EXPECT_EQ(scan->records[4].received_at, Timestamp::from_s(5));
  EXPECT_EQ(scan->damaged_bytes + scan->tail_bytes, 0U);
}

TEST(LogFrame, cut_anywhere_keeps_the_whole_records_before) {
  std::vector<std::size_t> ends;
  const std::string bytes = segment(4, &ends);
  for (std::size_t cut = kSegmentHeaderBytes; cut < bytes.size(); ++cut) {
    const auto scan = scan_segment(std::string_view(bytes).substr(0, cut), kUuid);
    ASSERT_TRUE(scan);
    std::size_t whole = 0;
    while (whole < ends.size() && ends[whole] <= cut)
      ++whole;
    EXPECT_EQ(scan->records.size(), whole) << cut;
    EXPECT_EQ(scan->damaged_bytes, 0U);
  }
}

TEST(LogFrame, every_flipped_bit_costs_at_most_its_own_record) {
  std::vector<std::size_t> ends;
  const std::string good = segment(3, &ends);
  for (std::size_t bit = 0; bit < 8 * good.size(); ++bit) {
    std::string bytes = good;
    bytes[bit / 8] = static_cast<char>(static_cast<unsigned char>(bytes[bit / 8]) ^ 1U << bit % 8);
    const auto scan = scan_segment(bytes, kUuid);
    ASSERT_TRUE(scan) << bit;  // the header is there twice
    const bool in_header = bit / 8 < kSegmentHeaderBytes;
    ASSERT_EQ(scan->records.size(), in_header ? 3U : 2U) << bit;
    for (const Record& record : scan->records)
      EXPECT_EQ(record.payload,
                std::string(10 * record.sequence, static_cast<char>('a' + record.sequence)));
  }
}

TEST(LogFrame, records_of_another_salt_or_older_sequence_are_passed_over) {
  std::string bytes = segment(2);
  ByteSink more;
  put_frame({3, {}, RecordType::note, "x"}, crc32c("x"), 78, more);
  put_frame({1, {}, RecordType::note, "x"}, crc32c("x"), 77, more);
  bytes += more.view();
  const auto scan = scan_segment(bytes, kUuid);
  ASSERT_TRUE(scan);
  EXPECT_EQ(scan->records.size(), 2U);
  EXPECT_EQ(scan->tail_bytes, more.size());
  EXPECT_FALSE(scan_segment(bytes, std::string(36, '0')));
}

TEST(LogPayload, batch_comes_back) {
  Catalog catalog(4);
  const SeriesKey key = make_series_key("m", {{"a", "b"}}).value();
  const SeriesEntry& numbers = catalog.define(key, ValueKind::number, 1);
  const SeriesEntry& cells = catalog.define(make_series_key("c", {}).value(), ValueKind::cell, 2);
  Cell many = Cell::of(1);
  many.merge(Cell::of(2));
  const std::vector<Sample> some{{Timestamp::from_s(5), 1.5}, {Timestamp::from_s(-5), -0.0}};
  const std::vector<Sample> others{{Timestamp::from_ns(INT64_MIN), Cell::of(3)},
                                   {Timestamp::from_ns(INT64_MAX - 1), Cell::of(3, 7)},
                                   {Timestamp::from_s(1), many}};
  BatchEncoder encoder("id", std::vector<const SeriesEntry*>{&cells}, 2);
  encoder.add_series(numbers.definition.id, ValueKind::number, some);
  encoder.add_series(cells.definition.id, ValueKind::cell, others);
  const std::string bytes = std::move(encoder).take();
  const auto batch = decode_batch(bytes);
  ASSERT_TRUE(batch) << batch.error().what;
  EXPECT_EQ(batch->invocation_id, "id");
  ASSERT_EQ(batch->definitions.size(), 1U);
  EXPECT_EQ(batch->definitions[0].key, cells.definition.key);
  EXPECT_EQ(batch->definitions[0].kind, ValueKind::cell);
  ASSERT_EQ(batch->series.size(), 2U);
  ASSERT_EQ(batch->series[1].samples.size(), 3U);
  EXPECT_EQ(batch->series[1].id, cells.definition.id);
  for (std::size_t i = 0; i < 3; ++i) {
    EXPECT_EQ(batch->series[1].samples[i].at, others[i].at);
    EXPECT_EQ(batch->series[1].samples[i].value, others[i].value);
  }
  EXPECT_EQ(batch->series[0].samples[1].at, some[1].at);
  for (std::size_t cut = 0; cut < bytes.size(); ++cut)
    EXPECT_FALSE(decode_batch(std::string_view(bytes).substr(0, cut))) << cut;
}

}  // namespace
}  // namespace tidemark::store
