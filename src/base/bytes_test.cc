#include "base/bytes.h"

#include <cmath>

#include <gtest/gtest.h>

#include "base/crc32c.h"

namespace tidemark {
namespace {

TEST(Bytes, every_kind_is_read_back_as_written) {
  ByteSink sink;
  sink.u8(7);
  sink.u32(0xDEADBEEF);
  sink.i64(-5);
  sink.f64(-0.0);
  sink.varint(UINT64_MAX);
  sink.svarint(INT64_MIN);
  sink.text("tide");
  ByteSource source(sink.view());
  EXPECT_EQ(*source.u8(), 7);
  EXPECT_EQ(*source.u32(), 0xDEADBEEF);
  EXPECT_EQ(*source.i64(), -5);
  EXPECT_TRUE(std::signbit(*source.f64()));
  EXPECT_EQ(*source.varint(), UINT64_MAX);
  EXPECT_EQ(*source.svarint(), INT64_MIN);
  EXPECT_EQ(*source.text(), "tide");
  EXPECT_TRUE(source.empty());
}

TEST(Bytes, truncated_input_is_corrupt_at_every_cut) {
  ByteSink sink;
  sink.varint(300);
  sink.text("tide");
  sink.u64(1);
  for (std::size_t cut = 0; cut < sink.size(); ++cut) {
    ByteSource source(sink.view().substr(0, cut));
    const bool whole = source.varint() && source.text() && source.u64();
    EXPECT_FALSE(whole) << cut;
  }
}

TEST(Bytes, varint_longer_than_64_bits_is_corrupt) {
  const std::string overlong(11, '\xFF');
  ByteSource source(overlong);
  EXPECT_EQ(source.varint().error().code, Errc::corrupt);
}

TEST(Bytes, text_over_its_limit_is_corrupt) {
  ByteSink sink;
  sink.text("abcdef");
  ByteSource source(sink.view());
  EXPECT_EQ(source.text(5).error().code, Errc::corrupt);
}

// Vectors of RFC 3720 appendix B.4.
TEST(Crc32c, agrees_with_rfc_3720) {
  EXPECT_EQ(crc32c(std::string(32, '\0')), 0x8A9136AAU);
  EXPECT_EQ(crc32c(std::string(32, '\xFF')), 0x62A8AB43U);
  EXPECT_EQ(crc32c("123456789"), 0xE3069283U);
  EXPECT_EQ(crc32c("6789", crc32c("12345")), 0xE3069283U);
}

}  // namespace
}  // namespace tidemark
