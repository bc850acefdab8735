#include "learn/archive.h"

#include <vector>

#include <gtest/gtest.h>

namespace tidemark::learn {
namespace {

TEST(Archive, times_come_back_to_the_nanosecond_whatever_was_before_them) {
  const std::vector<Timestamp> times{Timestamp::from_s(1'700'000'000),
                                     Timestamp::min(),
                                     Timestamp::max(),
                                     Timestamp(),
                                     Timestamp::from_ns(-1),
                                     Timestamp::from_ns(1'700'000'000'123'456'789),
                                     Timestamp::from_s(1'700'003'600)};
  ByteSink out;
  StateWriter writer(out);
  for (const Timestamp at : times)
    writer.time(at);
  const std::string bytes = std::move(out).take();
  ByteSource in(bytes);
  StateReader reader(in);
  for (const Timestamp at : times) {
    Timestamp read = Timestamp::from_s(1);
    reader.time(read);
    EXPECT_EQ(read, at);
  }
  EXPECT_TRUE(reader.ok());
  EXPECT_TRUE(in.empty());
}

TEST(Archive, an_hour_after_the_time_before_takes_three_bytes) {
  ByteSink out;
  StateWriter writer(out);
  writer.time(Timestamp::from_s(1'700'000'000));
  const std::size_t before = out.size();
  writer.time(Timestamp::from_s(1'700'003'600));
  EXPECT_EQ(out.size(), before + 3);
}

TEST(Archive, a_time_beyond_all_times_is_corrupt_and_leaves_what_was) {
  struct Case {
    std::int64_t s;
    std::uint64_t ns;
  };
  for (const auto& [s, ns] : {Case{9'223'372'037, 0},
                              Case{9'223'372'036, 999'999'999},
                              Case{-9'223'372'037, 0},
                              Case{INT64_MIN, 0},
                              Case{INT64_MAX, 0},
                              Case{0, 1'000'000'000},
                              Case{0, UINT64_MAX}}) {
    ByteSink out;
    out.svarint(s);
    out.varint(ns);
    const std::string bytes = std::move(out).take();
    ByteSource in(bytes);
    StateReader reader(in);
    Timestamp at = Timestamp::from_s(7);
    reader.time(at);
    EXPECT_FALSE(reader.ok()) << s << " s, " << ns << " ns";
    EXPECT_EQ(at, Timestamp::from_s(7));
  }
}

}  // namespace
}  // namespace tidemark::learn
