// What is missing is said: the log's end, the samples of a data folder, room on the disk, a block.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "model/metric_ref.h"
#include "store/engine/rig_test.h"

namespace tidemark::store {
namespace {

using std::chrono::seconds;
using testing::CrashMode;
using ::testing::ElementsAre;
using ::testing::Field;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

class Loss : public ::testing::Test {
 protected:
  void SetUp() override {
    rig_.options.log_segment_bytes = 600;
    rig_.open();
    for (int i = 0; i < 20; ++i)
      ASSERT_TRUE(rig_.write(one(cpu_, i, 1.0 * i)));
    rig_.crash(CrashMode::keep_all);
  }
  /// The newest log segment that has samples.
  [[nodiscard]] std::string newest_segment() const {
    std::string out;
    for (const std::string& path : rig_.files->paths()) {
      if (path.starts_with("data/log/")) out = path;
    }
    return out;
  }
  [[nodiscard]] std::string refusal() {
    const auto opened = rig_.try_open();
    EXPECT_FALSE(opened);
    if (opened) return "";
    EXPECT_EQ(opened.error().code, Errc::corrupt);
    return opened.error().what;
  }

  Rig rig_;
  const SeriesKey cpu_ = key_of("cpu");
};

TEST_F(Loss, a_missing_end_of_the_log_stops_the_start) {
  const std::string newest = newest_segment();
  ASSERT_TRUE(rig_.files->remove(newest));
  EXPECT_THAT(refusal(), HasSubstr(newest + " is missing"));
  EXPECT_THAT(refusal(), HasSubstr("--accept-loss"));
}

TEST_F(Loss, a_missing_log_stops_the_start) {
  ASSERT_TRUE(rig_.files->remove_all("data/log"));
  EXPECT_THAT(refusal(), HasSubstr("is missing"));
}

TEST_F(Loss, a_segment_that_cannot_be_read_is_a_problem_until_the_next_start) {
  const std::string newest = newest_segment();
  ASSERT_TRUE(rig_.files->create(newest));  // empties it
  rig_.open();
  EXPECT_THAT(rig_.store->problems(), ElementsAre(Field(&Problem::kind, "lost_records")));
  rig_.open();
  EXPECT_THAT(rig_.store->problems(), IsEmpty());
}

TEST_F(Loss, who_accepts_a_missing_end_is_told_of_it_until_the_next_start) {
  const std::string newest = newest_segment();
  ASSERT_TRUE(rig_.files->remove(newest));
  rig_.options.accept_loss = true;
  rig_.open();
  EXPECT_THAT(rig_.store->problems(), ElementsAre(Field(&Problem::kind, "lost_records")));
  ASSERT_TRUE(rig_.write(one(cpu_, 100, 7.0)));
  rig_.crash(CrashMode::keep_all);
  EXPECT_NE(newest_segment(), newest) << "its number is used twice";
  rig_.options.accept_loss = false;
  rig_.open();
  EXPECT_THAT(rig_.store->problems(), IsEmpty());
  EXPECT_EQ(rig_.doubles(cpu_).at(100), 7.0);
}

TEST_F(Loss, a_store_that_does_not_know_its_logs_end_opens) {
  ASSERT_TRUE(rig_.files->remove("data/log.end"));
  rig_.open();
  EXPECT_EQ(rig_.doubles(cpu_).size(), 20U);
  rig_.crash(CrashMode::keep_all);
  rig_.files->flip_bit("data/log.end", 100);
  rig_.open();
  EXPECT_EQ(rig_.doubles(cpu_).size(), 20U);
}

// An empty newest segment is removed at a start: a crash right behind that is no loss.
TEST_F(Loss, a_cut_at_any_step_of_a_start_is_no_loss) {
  for (std::uint64_t step = 1; step < 40; ++step) {
    rig_.files->cut_power_at(step);
    (void)rig_.try_open();
    for (const CrashMode mode : {CrashMode::keep_all, CrashMode::drop_all}) {
      auto image = rig_.files->crash(mode, *rig_.random);
      auto store =
          SampleStore::open(rig_.options, {*image, rig_.clock, *rig_.random, rig_.meter}, nullptr);
      EXPECT_TRUE(store) << step << ": " << store.error().what;
    }
    rig_.crash(CrashMode::keep_all);
  }
}

TEST_F(Loss, samples_that_control_db_knows_must_be_there) {
  rig_.open();
  rig_.options.expected_uuid = rig_.store->uuid();
  rig_.open();
  rig_.store.reset();
  ASSERT_TRUE(rig_.files->remove_all("data"));
  EXPECT_THAT(refusal(), HasSubstr("data holds no samples, but control.db"));
  rig_.options.accept_loss = true;
  rig_.open();
  rig_.options.accept_loss = false;
  EXPECT_THAT(refusal(), HasSubstr("holds other samples than control.db"));
}

TEST_F(Loss, a_full_disk_is_a_problem_until_there_is_a_tenth_more_than_needed) {
  rig_.options.disk_reserve_fraction = 0;
  rig_.files->set_free_bytes(std::uint64_t{21} << 20U);
  rig_.open();
  EXPECT_EQ(rig_.meter.counter("tidemark_store_disk_full").value(), 1);
  const auto problems = rig_.store->problems();
  ASSERT_EQ(problems.size(), 1U);
  EXPECT_EQ(problems[0].kind, "disk_full");
  EXPECT_EQ(problems[0].message, "No sample is taken: disk full: 21 MiB free, 1 GiB needed.");
  rig_.files->set_free_bytes((std::uint64_t{1} << 30U) + 1);
  rig_.clock.advance(seconds(2));
  EXPECT_THAT(rig_.store->problems(), Not(IsEmpty()));
  rig_.files->set_free_bytes(std::uint64_t{2} << 30U);
  rig_.clock.advance(seconds(2));
  rig_.store->tick();
  EXPECT_THAT(rig_.store->problems(), IsEmpty());
  EXPECT_EQ(rig_.meter.counter("tidemark_store_disk_free_bytes").value(), 2147483648.0);
}

TEST_F(Loss, a_damaged_block_is_a_problem_and_names_no_folder) {
  rig_.open();
  ASSERT_TRUE(rig_.store->flush());
  rig_.crash(CrashMode::keep_all);
  std::string block;
  for (const std::string& path : rig_.files->paths()) {
    if (path.ends_with(".block")) block = path;
  }
  rig_.files->flip_bit(block, 8 * 95);  // of a chunk: opening does not see it
  rig_.open();
  EXPECT_THAT(rig_.store->problems(), IsEmpty());
  const auto read = rig_.store->read(*rig_.store->find(cpu_), Timestamp::min(), Timestamp::max());
  ASSERT_FALSE(read);
  EXPECT_THAT(read.error().what, Not(HasSubstr("/")));
  const auto problems = rig_.store->problems();
  ASSERT_EQ(problems.size(), 1U);
  EXPECT_EQ(problems[0].kind, "damaged_block");
  EXPECT_THAT(problems[0].message, HasSubstr(".block"));
}

SeriesKey metric(const std::string& name, const std::string& job) {
  return key_of(name, {{std::string(kAwsNamespaceLabel), "N"}, {"job", job}});
}

TEST_F(Loss, totals_are_those_of_a_walk) {
  const auto check = [this] {
    const Totals counted = rig_.store->totals();
    const Totals walked = rig_.store->Reader::totals();
    EXPECT_EQ(counted.series, walked.series);
    EXPECT_EQ(counted.metrics, walked.metrics);
    EXPECT_EQ(counted.newest, walked.newest);
  };
  rig_.open();
  for (const char* job : {"a", "b", "c"}) {
    ASSERT_TRUE(rig_.write(one(metric("rows", job), 50, 1.0)));
    ASSERT_TRUE(rig_.write(one(metric("errors", job), 30, 1.0)));
  }
  check();
  EXPECT_EQ(rig_.store->totals().series, 7U);
  EXPECT_EQ(rig_.store->totals().metrics, 3U);
  ASSERT_TRUE(rig_.store->flush());
  check();
  rig_.crash(CrashMode::keep_all);
  rig_.open();
  check();
  EXPECT_EQ(rig_.store->totals().newest, at_second(50));
  ASSERT_TRUE(rig_.store->clear());
  check();
}

}  // namespace
}  // namespace tidemark::store
