#include "codec/gzip.h"

#include <gtest/gtest.h>

namespace tidemark::codec {
namespace {

// "hello" as a zlib stream (Python: zlib.compress(b"hello")).
const std::string kZlibHello("\x78\x9c\xcb\x48\xcd\xc9\xc9\x07\x00\x06\x2c\x02\x15", 13);

std::string text_of(std::size_t size) {
  std::string text;
  for (std::size_t i = 0; text.size() < size; ++i)
    text += "value " + std::to_string(i * 7919 % 10007);
  text.resize(size);
  return text;
}

TEST(Gzip, round_trips_and_gives_the_same_bytes_each_time) {
  for (const std::size_t size : {0U, 1U, 5U, 16384U, 16385U, 1000000U}) {
    const std::string text = text_of(size);
    const std::string compressed = deflate(text);
    EXPECT_EQ(compressed, deflate(text));
    EXPECT_EQ(inflate(compressed).value(), text) << size;
  }
}

TEST(Gzip, reads_zlib_streams_and_several_members) {
  EXPECT_EQ(inflate(kZlibHello).value(), "hello");
  EXPECT_EQ(inflate(deflate("one ") + deflate("") + deflate("two")).value(), "one two");
}

TEST(Gzip, does_not_depend_on_how_the_input_is_cut) {
  const std::string text = text_of(100'000);
  const std::string compressed = deflate(text) + deflate("end");
  Inflater inflater;
  for (const char c : compressed)
    ASSERT_TRUE(inflater.feed({&c, 1}).has_value());
  EXPECT_EQ(std::move(inflater).finish().value(), text + "end");
}

TEST(Gzip, takes_what_fits_exactly_and_refuses_one_byte_more) {
  for (const std::size_t size : {1U, 100U, 16384U, 70000U}) {
    const std::string compressed = deflate(text_of(size));
    EXPECT_TRUE(inflate(compressed, size).has_value()) << size;
    const auto refused = inflate(compressed, size - 1);
    ASSERT_FALSE(refused.has_value());
    EXPECT_EQ(refused.error().code, Errc::limit);
  }
}

TEST(Gzip, counts_all_members_against_the_limit) {
  const std::string member = deflate(std::string(1000, 'x'));
  EXPECT_TRUE(inflate(member + member, 2000).has_value());
  EXPECT_EQ(inflate(member + member, 1999).error().code, Errc::limit);
}

TEST(Gzip, refuses_damage_truncation_and_trailing_bytes) {
  const std::string good = deflate(text_of(5000));
  for (std::size_t size = 0; size < good.size(); size += 13) {
    const auto cut = inflate(good.substr(0, size));
    ASSERT_FALSE(cut.has_value()) << size;
    EXPECT_EQ(cut.error().code, Errc::invalid);
  }
  std::string flipped = good;
  flipped[flipped.size() - 6] ^= 1;  // the checksum
  EXPECT_EQ(inflate(flipped).error().code, Errc::invalid);
  EXPECT_EQ(inflate(good + "x").error().code, Errc::invalid);
  EXPECT_EQ(inflate(good + "\x1f\x8b garbage").error().code, Errc::invalid);
  EXPECT_EQ(inflate(kZlibHello + kZlibHello).error().code, Errc::invalid);
  EXPECT_EQ(inflate("not compressed at all").error().code, Errc::invalid);
}

// Feeds the bomb as it would come from a socket. It must be refused with the buffer still within
// the limit, long before its end.
void expect_refused(std::string_view bomb) {
  Inflater inflater;
  std::size_t fed = 0;
  Result<void> result;
  while (result && fed < bomb.size()) {
    result = inflater.feed(bomb.substr(fed, 4096));
    fed += 4096;
    ASSERT_LE(inflater.capacity(), kMaxInflatedBytes);
  }
  ASSERT_FALSE(result.has_value());
  EXPECT_EQ(result.error().code, Errc::limit);
  EXPECT_EQ(result.error().what, "decompressed size exceeds 32 MiB");
  EXPECT_LT(fed, bomb.size());
  EXPECT_EQ(inflate(bomb).error().code, Errc::limit);
}

TEST(Gzip, refuses_a_bomb_without_exceeding_the_limit) {
  Deflater deflater;
  const std::string zeros(std::size_t{1} << 20U, '\0');
  for (int i = 0; i < 64; ++i)
    deflater.feed(zeros);
  const std::string bomb = std::move(deflater).finish();
  ASSERT_LT(bomb.size(), std::size_t{128} << 10U);
  expect_refused(bomb);
}

// A gigabyte of zeros that takes a megabyte, in members each of which is harmless.
TEST(Gzip, refuses_a_bomb_made_of_many_members) {
  const std::string member = deflate(std::string(std::size_t{1} << 20U, '\0'));
  std::string bomb;
  for (int i = 0; i < 1024; ++i)
    bomb += member;
  ASSERT_LT(bomb.size(), std::size_t{2} << 20U);
  expect_refused(bomb);
}

}  // namespace
}  // namespace tidemark::codec
