// A checkpoint whose detector state another version wrote: the server starts, and learns anew.
#include <fmt/format.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "judge/model_versions.h"
#include "judge/why.h"
#include "judge/world_test.h"
#include "learn/registry.h"

namespace tidemark::judge {
namespace {

constexpr int kEnd = 24 * 14;

/// Stands between the store and the judge and changes what the store kept of a shard.
class Changing final : public ShardGuest {
 public:
  using Change = std::function<std::string(std::size_t shard, std::string_view)>;
  ShardGuest* judge = nullptr;
  Change change;
  std::size_t changed = 0;

  void on_batch(ShardAccess& shard, const EnteredBatch& batch, bool replaying) override {
    judge->on_batch(shard, batch, replaying);
  }
  void on_note(ShardAccess& shard, const EnteredNote& note, bool replaying) override {
    judge->on_note(shard, note, replaying);
  }
  std::string save(ShardAccess& shard) override { return judge->save(shard); }
  Result<void> restore(ShardAccess& shard, std::string_view bytes) override {
    if (!change || bytes.empty()) return judge->restore(shard, bytes);
    const std::string other = change(shard.shard(), bytes);
    changed += other != bytes ? 1 : 0;
    return judge->restore(shard, other);
  }
};

class UpgradeTest : public JudgeTest {
 protected:
  ShardGuest* guest() override {
    changing_.judge = judge_.get();
    return &changing_;
  }
  std::vector<FindingView> found() {
    FindingQuery query;
    query.tier = FindingTier::all;
    const auto out = FindingBook({*judge_, *store_, *control_, clock_}).list(query);
    EXPECT_TRUE(out) << out.error().what;
    return out ? *out : std::vector<FindingView>();
  }
  Changing changing_;
};

int lines_with(const std::string& words, const std::string& text) {
  int out = 0;
  for (auto at = text.find(words); at != std::string::npos; at = text.find(words, at + 1))
    ++out;
  return out;
}

class UpgradeFrom : public UpgradeTest, public ::testing::WithParamInterface<int> {};

/// 0: all of a later version. 1 and 2: what one of the two shards kept, which is found out only in
/// the middle of it.
std::string changed(std::size_t shard, std::string_view bytes, int how) {
  std::string out(bytes);
  if (how == 0) out.front() = 99;
  if (how == static_cast<int>(shard) + 1) out.resize(out.size() / 2);
  return out;
}

TEST_P(UpgradeFrom, models_begin_anew_from_the_stored_history) {
  put_hours(0, kEnd);
  const auto detector = judge_->put(target(), {}, {kHour});
  ASSERT_TRUE(detector) << detector.error().what;
  put(kEnd, 900);
  put_hours(kEnd + 1, kEnd + 40);
  ASSERT_TRUE(store_->flush());
  put_hours(kEnd + 40, kEnd + 48);
  const auto trained = judge_->find_id(detector->id)->trained_periods;
  const auto before = found();
  const auto issued = bands(kEnd - 24, kEnd + 48);
  ASSERT_FALSE(before.empty());
  EXPECT_EQ(before.back().ref.at, hour(kEnd));

  changing_.change = [](std::size_t shard, std::string_view bytes) {
    return changed(shard, bytes, GetParam());
  };
  ::testing::internal::CaptureStderr();
  restart();
  EXPECT_EQ(lines_with("it is learned anew", ::testing::internal::GetCapturedStderr()), 1);
  EXPECT_EQ(changing_.changed, GetParam() == 0 ? 2U : 1U);
  const auto view = judge_->find_id(detector->id);
  ASSERT_TRUE(view);
  EXPECT_EQ(view->state, TrainingState::trained);
  EXPECT_EQ(view->trained_periods, trained);
  const auto after = found();
  ASSERT_EQ(after.size(), before.size());
  for (std::size_t i = 0; i < before.size(); ++i)
    EXPECT_EQ(after[i].finding, before[i].finding);
  const auto again = bands(kEnd - 24, kEnd + 48);
  ASSERT_EQ(again.size(), issued.size());
  for (std::size_t i = 0; i < issued.size(); ++i) {
    IssuedBand band = again[i].band;
    band.replay = issued[i].band.replay;  // those that no block held are made again
    EXPECT_EQ(band, issued[i].band) << i;
  }
  put(kEnd + 48, 900);
  EXPECT_EQ(found().front().ref.at, hour(kEnd + 48));

  changing_.change = nullptr;
  ASSERT_TRUE(store_->flush());
  ::testing::internal::CaptureStderr();
  restart();
  EXPECT_EQ(lines_with("it is learned anew", ::testing::internal::GetCapturedStderr()), 0);
  EXPECT_EQ(judge_->find_id(detector->id)->state, TrainingState::trained);
  EXPECT_EQ(found().size(), before.size() + 1);
}

TEST_F(UpgradeTest, a_receipt_names_the_version_that_judged) {
  ASSERT_TRUE(judge_->put(target(), {}, {kHour}));
  put_hours(0, kEnd);
  put(kEnd, 900);
  const FindingBook::Deps deps{*judge_, *store_, *control_, clock_};
  const auto why = explain(deps, to_id(found().at(0).ref));
  ASSERT_TRUE(why) << why.error().what;
  EXPECT_EQ(why->receipt.model_version, learn::model_version("tide"));
  EXPECT_TRUE(why->reproduced) << why->difference;

  // As if an earlier program had kept the folder, and this one began an hour ago.
  const std::string kept =
      fmt::format(R"({{"tide":[{{"since":0,"version":2}},{{"since":{},"version":{}}}]}})",
                  hour(kEnd + 2).ns(),
                  learn::model_version("tide"));
  ASSERT_TRUE(control_->commit_and_wait({PutDocument{{"model_versions", "models", kept}}}));
  const auto then = explain(deps, to_id(found().at(0).ref));
  ASSERT_TRUE(then) << then.error().what;
  EXPECT_EQ(then->receipt.model_version, 2);
  EXPECT_FALSE(then->reproduced);
  EXPECT_EQ(then->difference,
            fmt::format("it was judged by version 2 of the model tide; this is version {}",
                        learn::model_version("tide")));
  EXPECT_EQ(*model_version_at(*control_, "tide", hour(kEnd + 2)), learn::model_version("tide"));
}

TEST_F(UpgradeTest, a_new_version_is_noted_once) {
  ASSERT_TRUE(control_->commit_and_wait(
      {PutDocument{{"model_versions", "models", R"({"tide":[{"since":0,"version":2}]})"}}}));
  clock_.set(hour(50));
  restart();
  clock_.set(hour(60));
  restart();
  EXPECT_EQ(*model_version_at(*control_, "tide", hour(49)), 2);
  EXPECT_EQ(*model_version_at(*control_, "tide", hour(50)), learn::model_version("tide"));
  const auto documents = control_->documents("model_versions");
  ASSERT_TRUE(documents);
  const auto kept = nlohmann::json::parse(documents->at(0).body);
  EXPECT_EQ(kept["tide"].size(), 2U);
  EXPECT_EQ(kept["always_on"].size(), 1U);
}

INSTANTIATE_TEST_SUITE_P(Change, UpgradeFrom, ::testing::Values(0, 1, 2));

}  // namespace
}  // namespace tidemark::judge
