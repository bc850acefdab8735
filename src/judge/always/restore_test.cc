#include <set>

#include <gtest/gtest.h>

#include "judge/run/shard_models.h"
#include "testing/empty_shard.h"

namespace tidemark::judge {
namespace {

using std::chrono::hours;

struct Board final : StatusBoard {
  void publish(const std::string& /*id*/, Duration /*period*/, const ModelStatus& /*s*/) override {}
  void publish_always_on(std::size_t /*shard*/, const AlwaysOnStatus& status) override {
    always_on = status;
  }
  void rebuilt(const std::string& /*id*/, Duration /*period*/) override {}
  void register_detector(const std::string& id, const DetectorSpec* spec) override {
    if (spec != nullptr) detectors.insert(id);
  }
  AlwaysOnStatus always_on;
  std::set<std::string> detectors;
};

/// The models of a shard with one detector and one series that is watched, whose period is open.
struct Shard {
  Board board;
  Worker background{"rebuild"};
  ShardModels models{board, background};
  testing::EmptyShard access;

  void live() {
    DetectorSpec spec;
    spec.id = "kept";
    spec.target.metric = MetricRef{"000000000000", "us-east-1", "Glue", "records", {}};
    spec.target.stat = *parse_statistic("Sum");
    spec.periods = {hours(1)};
    const Timestamp begin = Timestamp::from_s(1'383'264'000);
    models.put(access, spec, begin);
    const SeriesKey key{"lag", {}};
    for (int i = 0; i < 8; ++i) {
      const Sample sample{begin + hours(i), 5.0};
      const EnteredSeries series{SeriesId(7), &key, {&sample, 1}};
      models.on_batch(access, {std::uint64_t(i) + 1, sample.at, {&series, 1}});
    }
  }
  std::string saved() {
    ByteSink out;
    models.save(access, out);
    return std::move(out).take();
  }
  bool restore(std::string_view bytes) {
    ByteSource in(bytes);
    return models.restore(access, in).has_value();
  }
};

TEST(AlwaysOnRestore, tells_at_once_when_its_open_period_is_due) {
  Shard before;
  before.live();
  ASSERT_TRUE(before.board.always_on.next_due);
  Shard after;
  ASSERT_TRUE(after.restore(before.saved()));
  EXPECT_EQ(after.board.always_on.next_due, before.board.always_on.next_due);
  EXPECT_EQ(after.board.always_on.counts.series, 1U);
}

TEST(AlwaysOnRestore, a_damaged_tier_begins_anew_and_the_detectors_stay) {
  Shard before;
  before.live();
  const std::string whole = before.saved();
  const std::size_t tier = whole.size() - (sizeof(WatchedSeries) + 3);  // version, cursor, size
  for (std::size_t cut = tier + 1; cut < whole.size(); cut += 29) {
    Shard after;
    EXPECT_TRUE(after.restore(whole.substr(0, cut))) << cut;
    EXPECT_EQ(after.board.detectors, std::set<std::string>{"kept"});
    EXPECT_EQ(after.board.always_on, AlwaysOnStatus());
  }
  Shard later;  // a version of the tier that is not known yet
  std::string other = whole;
  other[tier] = 9;
  EXPECT_TRUE(later.restore(other));
  EXPECT_EQ(later.board.detectors, std::set<std::string>{"kept"});
  later.live();
  EXPECT_EQ(later.board.always_on.counts.series, 1U);
}

}  // namespace
}  // namespace tidemark::judge
