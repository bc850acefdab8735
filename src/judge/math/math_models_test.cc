#include "judge/math/math_models.h"

#include <gtest/gtest.h>

#include "judge/math/testing_share.h"
#include "judge/run/shard_models.h"
#include "testing/empty_shard.h"

namespace tidemark::judge {
namespace {

using std::chrono::hours;

constexpr int kLearned = 24 * 14;

Timestamp hour(int number) {
  return Timestamp::from_s(1'383'264'000) + hours(number);
}

struct Board final : StatusBoard {
  void publish(const std::string& /*id*/, Duration /*period*/, const ModelStatus& status) override {
    model = status;
  }
  void publish_always_on(std::size_t /*shard*/, const AlwaysOnStatus& /*status*/) override {}
  void publish_math(std::size_t /*shard*/,
                    const std::string& id,
                    const MathStatus& status) override {
    math[id] = status;
  }
  void rebuilt(const std::string& /*id*/, Duration /*period*/) override {}
  void register_detector(const std::string& id, const DetectorSpec* spec) override {
    if (spec != nullptr) detectors.insert(id);
  }
  ModelStatus model;
  std::map<std::string, MathStatus> math;
  std::set<std::string> detectors;
};

DetectorSpec share() {
  DetectorSpec out;
  out.id = "share";
  out.created_at = hour(kLearned);
  out.periods = {hours(1)};
  out.target = testing_share("errors / requests", hours(1));
  return out;
}

double value_at(int number) {
  return 10 + number % 24 + number * number % 7;
}

MathNote values(int from, int to) {
  MathNote out{"share", hours(1), 0, hour(from), hour(to), hour(to), {}};
  for (int number = from; number < to; ++number)
    out.values.push_back({hour(number), value_at(number)});
  return out;
}

/// Counts what is kept of findings and bands.
struct Kept final : testing::EmptyShard {
  void put_derived(const SeriesKey& key, std::vector<Sample> samples) override {
    kept.emplace_back(key, std::move(samples));
  }
  [[nodiscard]] std::size_t findings() const {
    std::size_t out = 0;
    for (const auto& [key, samples] : kept) {
      if (!key.label("tidemark_finding").empty()) out += samples.size();
    }
    return out;
  }
  std::vector<std::pair<SeriesKey, std::vector<Sample>>> kept;
};

struct Shard {
  Board board;
  Worker background{"rebuild"};
  ShardModels models{board, background};
  Kept access;

  MathModels& math() { return models.math(); }
  void begin() {
    models.put(access, share(), hour(kLearned));
    math().begin(access, {values(0, kLearned), 1, 0}, hour(kLearned));
  }
  void live() {
    begin();
    math().finish(access, "share", hours(1), hour(kLearned));
  }
  void touch(Timestamp at, std::uint64_t sequence) {
    const SeriesKey key = *to_series_key(testing_metric("errors"), "None");
    const Sample sample{at, Cell::of(1)};
    const EnteredSeries series{SeriesId(7), &key, {&sample, 1}};
    const Heard heard = models.on_batch(access, {sequence, at, {&series, 1}});
    EXPECT_TRUE(heard.at_once.empty());
    EXPECT_EQ(heard.after_math.size(), 1U);
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

TEST(MathModels, restored_with_a_rebuild_and_touched_periods_goes_on_bit_for_bit) {
  Shard whole, second;
  whole.live();
  whole.begin();  // made anew
  whole.touch(hour(kLearned) + hours(1), 40);
  whole.touch(hour(3), 41);
  const std::string bytes = whole.saved();
  ASSERT_TRUE(second.restore(bytes));
  EXPECT_EQ(second.saved(), bytes);
  for (Shard* shard : {&whole, &second}) {
    EXPECT_EQ(shard->board.math["share"].touched.size(), 2U);
    shard->math().tell(shard->access, values(kLearned, kLearned + 5), hour(kLearned + 5));
    shard->math().finish(shard->access, "share", hours(1), hour(kLearned + 5));
    shard->math().tell(shard->access, values(kLearned + 5, kLearned + 9), hour(kLearned + 9));
  }
  EXPECT_EQ(second.saved(), whole.saved());
  EXPECT_EQ(whole.board.model.learned, static_cast<std::uint64_t>(kLearned + 9));
}

TEST(MathModels, refuses_a_state_that_is_cut_short) {
  Shard shard;
  shard.live();
  shard.begin();
  shard.touch(hour(3), 41);
  ByteSink out;
  shard.math().save(shard.access, out);
  for (std::size_t size = 0; size < out.size(); size += 37) {
    Shard other;
    ByteSource in(out.view().substr(0, size));
    EXPECT_FALSE(other.math().restore(other.access, in)) << size;
  }
}

TEST(MathModels, a_note_that_is_in_the_log_twice_is_told_once) {
  Shard shard;
  shard.live();
  MathNote note = values(kLearned, kLearned + 1);
  note.values.front().value = 1000;
  const std::size_t before = shard.access.findings();
  shard.math().tell(shard.access, note, hour(kLearned + 1));
  EXPECT_EQ(shard.access.findings(), before + 1);
  const std::string bytes = shard.saved();
  shard.math().tell(shard.access, note, hour(kLearned + 1));
  EXPECT_EQ(shard.access.findings(), before + 1);
  EXPECT_EQ(shard.saved(), bytes);
}

TEST(MathModels, a_touch_stays_until_a_note_has_seen_its_record) {
  Shard shard;
  shard.live();
  shard.touch(hour(kLearned), 50);
  shard.touch(hour(kLearned + 1), 52);
  MathNote note = values(kLearned, kLearned + 1);
  note.sequence = 49;  // its values were read before the sample had entered everywhere
  shard.math().tell(shard.access, note, hour(kLearned + 1));
  EXPECT_EQ(shard.board.math["share"].touched.size(), 2U);
  note.sequence = 60;
  shard.math().tell(shard.access, note, hour(kLearned + 1));
  const auto& left = shard.board.math["share"].touched;
  ASSERT_EQ(left.size(), 1U);
  EXPECT_EQ(left.begin()->first, hour(kLearned + 1)) << "its period is open";
}

TEST(MathModels, only_the_owner_has_a_model) {
  Shard shard;
  shard.models.put(shard.access, share(), hour(kLearned));
  shard.touch(hour(2), 5);
  MathHistoryNote of_other{values(0, kLearned), 1, 1};
  of_other.values.sequence = 6;
  shard.math().begin(shard.access, of_other, hour(kLearned));
  EXPECT_FALSE(shard.board.math["share"].place);
  EXPECT_TRUE(shard.board.math["share"].touched.empty());
  EXPECT_EQ(shard.board.model.learned, 0U);
}

TEST(Touches, more_than_are_kept_ask_for_the_model_to_be_made_anew) {
  Touches touches;
  for (std::size_t i = 0; i <= Touches::kMost; ++i)
    touches.add(hour(static_cast<int>(i)), i + 1, hour(0));
  EXPECT_EQ(touches.periods().size(), Touches::kMost);
  EXPECT_TRUE(touches.overflown());
  ByteSink out;
  touches.save(out);
  ByteSource in(out.view());
  Touches again;
  ASSERT_TRUE(again.restore(in));
  EXPECT_EQ(again.periods(), touches.periods());
  EXPECT_TRUE(again.overflown());
  again.settle(Timestamp::max(), UINT64_MAX);
  EXPECT_TRUE(again.overflown()) << "telling values is not enough";
  again.made_anew(0);
  EXPECT_TRUE(again.overflown()) << "by what was known before";
  again.made_anew(UINT64_MAX);
  EXPECT_FALSE(again.overflown());
}

}  // namespace
}  // namespace tidemark::judge
